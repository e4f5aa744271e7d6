package picture

import (
	"container/list"
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"
)

const (
	// cacheBytes bounds the encoded pictures kept, about a hundred.
	cacheBytes = 16 << 20
	// maxLive bounds the images that the terminal stores for us: more than a
	// large screen of stills shows, and fewer than there are ids.
	maxLive = 160
)

// Request asks for a picture in a box of cells. Equal requests mean the same
// picture, so an answer is matched by comparing requests.
type Request struct {
	Path       string
	Cols, Rows int // the box; the picture is fitted into it
	// RatioW and RatioH request the crop to that ratio; 0 for none.
	RatioW, RatioH int

	mode   Mode
	look   Look
	aspect float64
	dots   int
}

// LoadedMsg answers a request. Compare Request with the wanted one, as answers
// to earlier requests may arrive late.
type LoadedMsg struct {
	Request Request
	// Picture is nil if there was an error; in modes without pixels it has only
	// its Info.
	Picture *Picture
	Err     error
}

// key identifies a cached picture.
type key struct {
	r     Request
	mtime time.Time
	size  int64
}

// Album loads and caches pictures, and tracks which ones the terminal stores.
//
// All methods, Load included, may only be called from Update; the commands
// share nothing but the cache.
type Album struct {
	caps *Caps
	gate gate
	turn func(path string) int

	mu    sync.Mutex
	cache map[key]*list.Element
	order *list.List // of *entry, most recently used first
	bytes int

	live  map[*Picture]int // id in the terminal
	used  []*Picture       // most recently used last
	taken [lastID + 1]bool
}

type entry struct {
	k key
	p *Picture
}

// NewAlbum returns an empty album.
func NewAlbum(caps *Caps) *Album {
	return &Album{
		caps: caps, gate: newGate(), cache: map[key]*list.Element{}, order: list.New(),
		live: map[*Picture]int{},
	}
}

// Upright turns pictures upright: turn returns the number of a file's EXIF tag
// Orientation, 0 or 1 if there is nothing to turn. It is called in commands,
// from several goroutines.
func (a *Album) Upright(turn func(path string) int) { a.turn = turn }

// see sets the size of a picture to that after turning, and returns its turn.
func (a *Album) see(info *Info) int {
	if a.turn == nil {
		return 0
	}
	turn := a.turn(info.Path)
	if turn >= firstSideways && turn <= lastTurn {
		info.Width, info.Height = info.Height, info.Width
	}
	return turn
}

// Wish completes a request with how this terminal draws now.
func (a *Album) Wish(r Request) Request {
	r.mode, r.look, r.aspect, r.dots = a.caps.Mode(), a.caps.Look(), a.caps.Aspect(), a.caps.dots()
	r.Cols, r.Rows = min(max(r.Cols, 0), maxCells), min(max(r.Rows, 0), maxCells)
	return r
}

// Load answers a request from Wish with a LoadedMsg. It returns nil if nothing
// would be visible.
func (a *Album) Load(ctx context.Context, r Request) tea.Cmd {
	if r.mode == Off || r.Cols < 1 || r.Rows < 1 || r.Path == "" {
		return nil
	}
	return func() tea.Msg {
		p, err := a.load(ctx, r)
		return LoadedMsg{Request: r, Picture: p, Err: err}
	}
}

func (a *Album) load(ctx context.Context, r Request) (*Picture, error) {
	stat, err := os.Stat(r.Path)
	if err != nil {
		return nil, &Error{Unreadable, "the picture cannot be read", err}
	}
	k := key{r, stat.ModTime(), stat.Size()}
	if p := a.cached(k); p != nil {
		return p, nil
	}
	p, err := a.make(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("drawing a picture: %w", err)
	}
	a.keep(k, p)
	return p, nil
}

func (a *Album) make(ctx context.Context, r Request) (*Picture, error) {
	if !r.mode.Drawn() {
		info, err := describe(r.Path)
		if err != nil {
			return nil, err
		}
		a.see(&info)
		return &Picture{Info: info, Mode: r.mode}, nil
	}
	img, info, err := a.gate.decode(ctx, r.Path)
	if err != nil {
		return nil, err
	}
	e := Encoder{Mode: r.mode, Look: r.look, Aspect: r.aspect, Dots: r.dots}
	turn := a.see(&info)
	e.Cols, e.Rows = Fit(info.Width, info.Height, r.Cols, r.Rows, r.aspect)
	keep := Crop(info.Width, info.Height, r.RatioW, r.RatioH)
	p, err := e.picture(e.scale(img, turn, keep))
	if err != nil {
		return nil, err
	}
	p.Info = info
	if r.RatioW > 0 && r.RatioH > 0 {
		p.Crop = keep
	}
	return p, nil
}

func (a *Album) cached(k key) *Picture {
	a.mu.Lock()
	defer a.mu.Unlock()
	e, ok := a.cache[k]
	if !ok {
		return nil
	}
	a.order.MoveToFront(e)
	return e.Value.(*entry).p
}

func (a *Album) keep(k key, p *Picture) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, ok := a.cache[k]; ok {
		return
	}
	a.cache[k] = a.order.PushFront(&entry{k, p})
	a.bytes += p.bytes()
	for a.bytes > cacheBytes && a.order.Len() > 1 {
		last := a.order.Back()
		old := a.order.Remove(last).(*entry)
		delete(a.cache, old.k)
		a.bytes -= old.p.bytes()
	}
}

// Show returns the cells of a picture, and a command with what the terminal
// must receive first. Return it from the update after which View has the cells.
func (a *Album) Show(p *Picture) (lines []string, cmd tea.Cmd) {
	if p == nil || p.Mode != Kitty {
		if p != nil {
			lines = p.lines
		}
		return lines, nil
	}
	if id, ok := a.live[p]; ok {
		a.touch(p)
		return placeholders(id, p.Cols, p.Rows), nil
	}
	var seq strings.Builder
	if len(a.live) >= maxLive {
		seq.WriteString(a.free(a.used[0]))
	}
	id := a.take()
	a.live[p] = id
	a.touch(p)
	seq.WriteString(transmit(id, p.png64, p.Cols, p.Rows, a.caps.Tmux()))
	return placeholders(id, p.Cols, p.Rows), tea.Raw(seq.String())
}

// touch marks a picture as used.
func (a *Album) touch(p *Picture) {
	for i, x := range a.used {
		if x == p {
			a.used = append(a.used[:i], a.used[i+1:]...)
			break
		}
	}
	a.used = append(a.used, p)
}

// take returns a free id. There are more ids than stored images, and each film
// takes one.
func (a *Album) take() int {
	for id := firstID; id <= lastID; id++ {
		if id != queryID && !a.taken[id] {
			a.taken[id] = true
			return id
		}
	}
	return lastID
}

// Hide frees pictures in the terminal. They stay in the cache.
func (a *Album) Hide(pictures ...*Picture) tea.Cmd {
	var seq strings.Builder
	for _, p := range pictures {
		seq.WriteString(a.free(p))
	}
	if seq.Len() == 0 {
		return nil
	}
	return tea.Raw(seq.String())
}

func (a *Album) free(p *Picture) string {
	id, ok := a.live[p]
	if !ok {
		return ""
	}
	delete(a.live, p)
	a.taken[id] = false
	for i, x := range a.used {
		if x == p {
			a.used = append(a.used[:i], a.used[i+1:]...)
			break
		}
	}
	return remove(id, a.caps.Tmux())
}

// TakeID reserves an id for a film, whose frames replace each other under it.
func (a *Album) TakeID() int { return a.take() }

// FreeID releases a film's id and frees its last frame.
func (a *Album) FreeID(id int) tea.Cmd {
	if id < firstID || id > lastID || !a.taken[id] {
		return nil
	}
	a.taken[id] = false
	return tea.Raw(remove(id, a.caps.Tmux()))
}

// Again sends all images again, after the program was suspended or when a
// spoilt screen is redrawn.
func (a *Album) Again() tea.Cmd {
	var seq strings.Builder
	for _, p := range a.used {
		seq.WriteString(transmit(a.live[p], p.png64, p.Cols, p.Rows, a.caps.Tmux()))
	}
	if seq.Len() == 0 {
		return nil
	}
	return tea.Raw(seq.String())
}

// Clear returns the sequence that frees all our images in the terminal, "" if
// there are none.
func (a *Album) Clear() string {
	var seq strings.Builder
	for id, taken := range a.taken {
		if taken {
			seq.WriteString(remove(id, a.caps.Tmux()))
			a.taken[id] = false
		}
	}
	clear(a.live)
	a.used = nil
	return seq.String()
}

// flushed is how long the renderer may take to send its output: two ticks at 30
// frames a second.
const flushed = 70 * time.Millisecond

// Quit is like tea.Quit but first frees all our images in the terminal. Each
// screen of a terminal has its own images, so they must go before the alternate
// screen is left, and a raw sequence right before tea.Quit is written after
// that.
func (a *Album) Quit() tea.Cmd {
	seq := a.Clear()
	if seq == "" {
		return tea.Quit
	}
	wait := tea.Tick(flushed, func(time.Time) tea.Msg { return nil })
	return tea.Sequence(tea.Raw(seq), wait, tea.Quit)
}

// filmDots is how many pixels wide a cell of a film is: a frame is seen only
// for a moment, and every frame is sent.
const filmDots = 4

// Film returns how frames of w x h pixels are drawn in a box of cells here, and
// whether they are drawn at all.
func (a *Album) Film(w, h, cols, rows int) (Encoder, bool) {
	e := Encoder{Mode: a.caps.Mode(), Look: a.caps.Look(), Aspect: a.caps.Aspect(), Dots: filmDots}
	e.Cols, e.Rows = Fit(w, h, min(cols, maxCells), min(rows, maxCells), e.Aspect)
	return e, e.Mode.Drawn() && e.Cols > 0
}

// Tmux reports whether sequences must pass through tmux.
func (a *Album) Tmux() bool { return a.caps.Tmux() }
