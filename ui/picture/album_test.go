package picture

import (
	"bytes"
	"encoding/base64"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/ansi/kitty"

	"seedreel/ui/term"
)

func file(t *testing.T, name string, m image.Image) string {
	t.Helper()
	var b bytes.Buffer
	var err error
	if strings.HasSuffix(name, ".jpg") {
		err = jpeg.Encode(&b, m, nil)
	} else {
		err = png.Encode(&b, m)
	}
	if err != nil {
		t.Fatal(err)
	}
	p := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(p, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

func kittyCaps(t *testing.T, env term.Env) *Caps {
	t.Helper()
	env.Term = "xterm-256color"
	c := NewCaps(WantKitty, env)
	c.Probe(t.Context(), exec.CommandContext)
	return c
}

func load(t *testing.T, a *Album, r Request) LoadedMsg {
	t.Helper()
	cmd := a.Load(t.Context(), r)
	if cmd == nil {
		t.Fatal("nothing is loaded")
	}
	m, is := cmd().(LoadedMsg)
	if !is {
		t.Fatal("the answer is no LoadedMsg")
	}
	return m
}

var chunks = regexp.MustCompile("\x1b_G([^;]*);([^\x1b]*)\x1b\\\\")

// TestKittyBytes parses the sent sequence as a terminal would.
func TestKittyBytes(t *testing.T) {
	t.Parallel()
	for _, env := range []term.Env{{}, {SSH: true}} {
		a := NewAlbum(kittyCaps(t, env))
		p := file(t, "a.png", testCard(640, 360))
		m := load(t, a, a.Wish(Request{Path: p, Cols: 40, Rows: 20}))
		if m.Err != nil {
			t.Fatal(m.Err)
		}
		lines, cmd := a.Show(m.Picture)
		seq := raws(t, cmd)
		parts := chunks.FindAllStringSubmatch(seq, -1)
		if strings.Join(chunks.Split(seq, -1), "") != "" || len(parts) == 0 {
			t.Fatal("something stands between the sequences")
		}
		data := ""
		for i, x := range parts {
			want := "q=2,m=1"
			if i == len(parts)-1 {
				want = "q=2,m=0"
			}
			if i == 0 {
				want = "a=T,U=1,f=100,i=16,c=40,r=11," + want
			}
			if x[1] != want {
				t.Errorf("chunk %d has %q, want %q", i, x[1], want)
			}
			if len(x[2]) > 4096 {
				t.Errorf("chunk %d has %d bytes", i, len(x[2]))
			}
			data += x[2]
		}
		raw, err := base64.StdEncoding.DecodeString(data)
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		dots := 8
		if env.SSH {
			dots = 4
			if _, is := img.(*image.Paletted); !is {
				t.Error("over SSH it has no palette")
			}
		}
		if b := img.Bounds(); b.Dx() != 40*dots || b.Dy() != 11*2*dots {
			t.Errorf("the image has %v", b)
		}
		checkCells(t, lines, 16, 40, 11)
	}
}

func checkCells(t *testing.T, lines []string, id, cols, rows int) {
	t.Helper()
	if len(lines) != rows {
		t.Fatalf("%d lines", len(lines))
	}
	for y, l := range lines {
		rest, found := strings.CutPrefix(l, "\x1b[38;5;"+itoa(id)+"m")
		if !found {
			t.Fatalf("line %d does not begin with its id: %q", y, l)
		}
		want := ""
		for x := range cols {
			want += string([]rune{kitty.Placeholder, kitty.Diacritic(y), kitty.Diacritic(x)})
		}
		if rest != want+"\x1b[m" {
			t.Errorf("line %d has other marks", y)
		}
	}
}

func TestTmuxWrapsEverySequence(t *testing.T) {
	t.Parallel()
	a := NewAlbum(kittyCaps(t, term.Env{Tmux: true}))
	m := load(t, a, a.Wish(Request{Path: file(t, "a.png", testCard(300, 300)), Cols: 30, Rows: 15}))
	_, cmd := a.Show(m.Picture)
	plain := NewAlbum(kittyCaps(t, term.Env{}))
	_, other := plain.Show(m.Picture)
	want := ""
	for _, s := range chunks.FindAllString(raws(t, other), -1) {
		want += ansi.TmuxPassthrough(s)
	}
	if got := raws(t, cmd); got != want || got == "" {
		t.Errorf("%d bytes are sent, want %d", len(got), len(want))
	}
	if got, want := a.Clear(), "\x1bPtmux;\x1b\x1b_Ga=d,d=I,i=16,q=2\x1b\x1b\\\x1b\\"; got != want {
		t.Errorf("freed by %q", got)
	}
}

func TestImagesAreFreed(t *testing.T) {
	t.Parallel()
	a := NewAlbum(kittyCaps(t, term.Env{}))
	p := file(t, "a.png", testCard(100, 100))
	first := load(t, a, a.Wish(Request{Path: p, Cols: 10, Rows: 5})).Picture
	second := load(t, a, a.Wish(Request{Path: p, Cols: 20, Rows: 10})).Picture
	a.Show(first)
	a.Show(second)
	if _, cmd := a.Show(first); cmd != nil {
		t.Error("it is sent twice")
	}
	film := a.TakeID()
	if film != 18 {
		t.Errorf("the film has id %d", film)
	}
	if got := raws(t, a.Hide(first)); got != "\x1b_Ga=d,d=I,i=16,q=2\x1b\\" {
		t.Errorf("hidden by %q", got)
	}
	if a.Hide(first) != nil || a.Hide(nil) != nil {
		t.Error("it is freed twice")
	}
	if got := raws(t, a.Again()); !strings.Contains(got, "i=17,") || strings.Contains(got, "i=16,") {
		t.Errorf("sent again: %.60q", got)
	}
	if got, want := a.Clear(), "\x1b_Ga=d,d=I,i=17,q=2\x1b\\\x1b_Ga=d,d=I,i=18,q=2\x1b\\"; got != want {
		t.Errorf("at the end: %q", got)
	}
	if a.Clear() != "" {
		t.Error("freed twice")
	}
}

// The terminal stores a bounded number of images, and ids are reused.
func TestTheTerminalIsNotFilled(t *testing.T) {
	t.Parallel()
	a := NewAlbum(kittyCaps(t, term.Env{}))
	p := file(t, "a.png", testCard(20, 20))
	for i := range 300 {
		m := load(t, a, a.Wish(Request{Path: p, Cols: 4 + i%4, Rows: 2, RatioW: i + 1, RatioH: 7}))
		_, cmd := a.Show(m.Picture)
		seq := raws(t, cmd)
		if i >= maxLive && !strings.HasPrefix(seq, "\x1b_Ga=d,d=I,i=") {
			t.Fatalf("picture %d frees nothing: %.40q", i, seq)
		}
		if strings.Contains(seq, "a=T,U=1,f=100,i="+itoa(queryID)+",") {
			t.Fatal("the id of the query is used")
		}
	}
	if n := strings.Count(a.Clear(), "a=d"); n != maxLive {
		t.Errorf("%d images are left", n)
	}
}

func TestCacheKnowsFilesThatChanged(t *testing.T) {
	t.Parallel()
	a := NewAlbum(NewCaps(WantMosaic, term.Env{Term: "xterm-256color"}))
	p := file(t, "a.png", testCard(100, 100))
	r := a.Wish(Request{Path: p, Cols: 20, Rows: 10})
	first := load(t, a, r).Picture
	if load(t, a, r).Picture != first {
		t.Error("it was made anew")
	}
	if load(t, a, a.Wish(Request{Path: p, Cols: 20, Rows: 10, RatioW: 16, RatioH: 9})).Picture == first {
		t.Error("another crop is the same picture")
	}
	if err := os.Chtimes(p, time.Time{}, time.Now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if load(t, a, r).Picture == first {
		t.Error("the file changed and the picture did not")
	}
}

func TestCacheIsBounded(t *testing.T) {
	t.Parallel()
	a := NewAlbum(NewCaps(WantMosaic, term.Env{}))
	for i := range 64 {
		a.keep(key{r: Request{Cols: i}}, &Picture{png64: strings.Repeat("x", 1<<20)})
	}
	if a.bytes > cacheBytes || a.order.Len() != len(a.cache) || a.order.Len() < 8 {
		t.Errorf("%d pictures, %d bytes", a.order.Len(), a.bytes)
	}
	if a.cached(key{r: Request{Cols: 0}}) != nil || a.cached(key{r: Request{Cols: 63}}) == nil {
		t.Error("the oldest are not the ones that went")
	}
}

func TestModesWithoutPixels(t *testing.T) {
	t.Parallel()
	p := file(t, "a.png", testCard(64, 48))
	a := NewAlbum(NewCaps(WantNothing, term.Env{}))
	if a.Load(t.Context(), a.Wish(Request{Path: p, Cols: 10, Rows: 10})) != nil {
		t.Error("off reads the file")
	}
	a = NewAlbum(NewCaps(Auto, term.Env{NoColor: true}))
	m := load(t, a, a.Wish(Request{Path: p, Cols: 10, Rows: 10}))
	if m.Err != nil || m.Picture.Info.Width != 64 || m.Picture.Info.Format != "png" {
		t.Fatalf("%+v", m)
	}
	if lines, cmd := a.Show(m.Picture); lines != nil || cmd != nil {
		t.Error("a card has pixels")
	}
	card := m.Picture.Info.Lines("2 KB")
	if len(card) != 3 || card[0] != "a.png" || card[1] != "64x48 png, 2 KB" || string(card[2]) != p {
		t.Errorf("the card is %q", card)
	}
}

// A small file that claims to be huge is rejected before anything is allocated
// for it, and so is anything that is not a picture.
func TestTheGate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name string, b []byte) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	var b bytes.Buffer
	if err := png.Encode(&b, testCard(8, 8)); err != nil {
		t.Fatal(err)
	}
	whole := b.Bytes()
	huge := write("huge.png", hugePNG(50_000, 50_000))
	long := write("long.png", nil)
	if err := os.Truncate(long, maxBytes+1); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		path string
		want Problem
	}{
		{huge, TooLarge},
		{long, TooLarge},
		{write("cut.png", whole[:len(whole)/2]), NotPicture},
		{write("text.png", []byte("hello")), NotPicture},
		{write("empty.png", nil), NotPicture},
		{dir, Unreadable},
		{filepath.Join(dir, "missing"), Unreadable},
	} {
		a := NewAlbum(NewCaps(WantMosaic, term.Env{}))
		m := load(t, a, a.Wish(Request{Path: tt.path, Cols: 10, Rows: 10}))
		if ProblemOf(m.Err) != tt.want || m.Picture != nil {
			t.Errorf("%s: %v", filepath.Base(tt.path), m.Err)
		}
	}
}

func hugePNG(w, h int) []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))) // to memory
	p := b.Bytes()
	// The width and height follow signature, length and type; the
	// checksum over them must fit, as decoders look at it first.
	for i := range 4 {
		p[16+i], p[20+i] = byte(w>>(24-8*i)), byte(h>>(24-8*i))
	}
	sum := crc32.ChecksumIEEE(p[12:29])
	for i := range 4 {
		p[29+i] = byte(sum >> (24 - 8*i))
	}
	return p
}

func FuzzDecode(f *testing.F) {
	var b bytes.Buffer
	if err := png.Encode(&b, testCard(8, 8)); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	b.Reset()
	if err := jpeg.Encode(&b, testCard(8, 8), nil); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte("II*\x00\x08\x00\x00\x00"))
	f.Add([]byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"))
	p := filepath.Join(f.TempDir(), "fuzz")
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		if err := os.WriteFile(p, data, 0o600); err != nil {
			t.Fatal(err)
		}
		a := NewAlbum(NewCaps(WantMosaic, term.Env{}))
		m := load(t, a, a.Wish(Request{Path: p, Cols: 5, Rows: 5}))
		if (m.Err == nil) == (m.Picture == nil) {
			t.Fatalf("%+v", m)
		}
	})
}

func TestFilmFrames(t *testing.T) {
	t.Parallel()
	a := NewAlbum(kittyCaps(t, term.Env{}))
	e, draws := a.Film(160, 90, 40, 20)
	if !draws {
		t.Fatal("films are not drawn")
	}
	w, h := e.Size()
	id := a.TakeID()
	one, err := e.Frame(testCard(w, h), id, false)
	if err != nil {
		t.Fatal(err)
	}
	two, err := e.Frame(testCard(w/2, h), id, false) // of another size
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(one.Raw, "i=16,c=40,r=11,") || strings.Join(one.Lines, "") != strings.Join(two.Lines, "") {
		t.Error("frames of a film do not follow each other under one id")
	}
	if n := two.Bytes(one); n != len(two.Raw) {
		t.Errorf("a frame after another costs %d, it has %d", n, len(two.Raw))
	}
	if n := one.Bytes(nil); n <= len(one.Raw) {
		t.Error("the cells of the first frame cost nothing")
	}
	if raws(t, a.FreeID(id)) != "\x1b_Ga=d,d=I,i=16,q=2\x1b\\" || a.FreeID(id) != nil || a.FreeID(0) != nil {
		t.Error("the film's image is not freed once")
	}
	if _, draws := NewAlbum(NewCaps(Auto, term.Env{NoColor: true})).Film(160, 90, 40, 20); draws {
		t.Error("films are drawn without colours")
	}
}

// TestUpright: a picture stored on its side is drawn and measured as displayed.
func TestUpright(t *testing.T) {
	t.Parallel()
	// Red is the first stored pixel, blue the last of the first row.
	const w, h = 8, 4
	red, blue := color.RGBA{0xff, 0, 0, 0xff}, color.RGBA{0, 0, 0xff, 0xff}
	stored := image.NewRGBA(image.Rect(0, 0, w, h))
	stored.SetRGBA(0, 0, red)
	stored.SetRGBA(w-1, 0, blue)
	for turn, want := range map[int][2]image.Point{
		0: {{}, {X: w - 1}}, 1: {{}, {X: w - 1}}, 2: {{X: w - 1}, {}}, 3: {{X: w - 1, Y: h - 1}, {Y: h - 1}}, 4: {{Y: h - 1}, {X: w - 1, Y: h - 1}},
		5: {{}, {Y: w - 1}}, 6: {{X: h - 1}, {X: h - 1, Y: w - 1}}, 7: {{X: h - 1, Y: w - 1}, {X: h - 1}}, 8: {{Y: w - 1}, {}}, 9: {{}, {X: w - 1}},
	} {
		got := upright(stored, turn)
		if got.RGBAAt(want[0].X, want[0].Y) != red || got.RGBAAt(want[1].X, want[1].Y) != blue {
			t.Errorf("turn %d: the corners are elsewhere", turn)
		}
	}

	path := file(t, "photo.png", image.NewGray(image.Rect(0, 0, 640, 320)))
	for _, want := range []Choice{WantMosaic, WantNothing} {
		a := NewAlbum(NewCaps(want, term.Env{Term: "xterm-256color"}))
		a.Upright(func(string) int { return 6 })
		r := a.Wish(Request{Path: path, Cols: 40, Rows: 10, RatioW: 1, RatioH: 1})
		if r.mode == Off {
			r.mode = Card
		}
		p, err := a.load(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		if p.Info.Width != 320 || p.Info.Height != 640 {
			t.Errorf("%v: %dx%d, want 320x640", want, p.Info.Width, p.Info.Height)
		}
		if want == WantMosaic && (p.Crop != image.Rect(0, 160, 320, 480) || p.Cols != 10) {
			t.Errorf("cropped to %v in %d columns", p.Crop, p.Cols)
		}
	}
}
