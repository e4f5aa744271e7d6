package picture

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/png"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi/kitty"

	"seedreel/ui/term"
)

// screen implements as much of a terminal as Kitty graphics need: it stores the
// images it receives and shows the cells that represent their parts. It follows
// the protocol's text and reports every violation.
type screen struct {
	t      *testing.T
	tmux   bool
	images map[int]*shown
	// open is the transfer that still expects chunks.
	open *shown
}

// shown is an image with its virtual placement.
type shown struct {
	id, cols, rows int
	data           []byte
	img            image.Image
}

func newScreen(t *testing.T, tmux bool) *screen {
	return &screen{t: t, tmux: tmux, images: map[int]*shown{}}
}

// feed handles what was written to the terminal outside the view.
func (s *screen) feed(raw string) {
	s.t.Helper()
	for raw != "" {
		var seq string
		if s.tmux {
			seq, raw = s.unwrap(raw)
		} else {
			seq, raw = raw, ""
		}
		for seq != "" {
			body, found := strings.CutPrefix(seq, "\x1b_G")
			command, rest, closed := strings.Cut(body, "\x1b\\")
			if !found || !closed || strings.Contains(command, "\x1b") {
				s.t.Fatalf("no graphics command: %.60q", seq)
			}
			s.command(command)
			seq = rest
		}
	}
}

// unwrap does what tmux does: it removes the envelope, in which every escape is
// doubled, and passes the rest to the outer terminal.
func (s *screen) unwrap(raw string) (seq, rest string) {
	s.t.Helper()
	body, found := strings.CutPrefix(raw, "\x1bPtmux;")
	if !found {
		s.t.Fatalf("tmux would keep %.60q", raw)
	}
	var b strings.Builder
	for i := 0; i+1 < len(body); i++ {
		switch {
		case body[i] != '\x1b':
			b.WriteByte(body[i])
		case body[i+1] == '\\':
			return b.String(), body[i+2:]
		case body[i+1] == '\x1b':
			b.WriteByte('\x1b')
			i++
		default:
			s.t.Fatalf("an escape is not doubled in %.60q", body[i:])
		}
	}
	s.t.Fatalf("the envelope has no end: %.60q", raw)
	return "", ""
}

func (s *screen) command(c string) {
	s.t.Helper()
	control, payload, _ := strings.Cut(c, ";")
	keys := map[string]string{}
	for _, kv := range strings.Split(control, ",") {
		k, v, _ := strings.Cut(kv, "=")
		if _, twice := keys[k]; twice || len(k) != 1 || v == "" {
			s.t.Fatalf("control data %q", control)
		}
		keys[k] = v
	}
	number := func(k string) int {
		n, err := strconv.Atoi(keys[k])
		if err != nil {
			s.t.Fatalf("%s in %q: %v", k, control, err)
		}
		return n
	}
	if keys["q"] != "2" {
		s.t.Fatalf("%q would be answered, and the answer read as keys", control)
	}
	switch {
	case s.open != nil:
		if len(keys) != 2 {
			s.t.Fatalf("a chunk that goes on has %q, only m and q are allowed", control)
		}
	case keys["a"] == "d":
		if keys["d"] != "I" || s.images[number("i")] == nil || payload != "" {
			s.t.Fatalf("%q frees nothing", control)
		}
		delete(s.images, number("i"))
		return
	case keys["a"] == "T" && keys["U"] == "1" && keys["f"] == "100":
		s.open = &shown{id: number("i"), cols: number("c"), rows: number("r")}
	default:
		s.t.Fatalf("an unexpected command %q", control)
	}
	s.chunk(payload, number("m") == 1)
}

func (s *screen) chunk(payload string, more bool) {
	s.t.Helper()
	if len(payload) > 4096 || more && len(payload)%4 != 0 {
		s.t.Fatalf("a chunk of %d bytes", len(payload))
	}
	data, err := base64.StdEncoding.DecodeString(payload)
	if err != nil {
		s.t.Fatal(err)
	}
	s.open.data = append(s.open.data, data...)
	if more {
		return
	}
	if s.open.img, err = png.Decode(bytes.NewReader(s.open.data)); err != nil {
		s.t.Fatal(err)
	}
	s.images[s.open.id], s.open = s.open, nil
}

// shade returns the mean colour of a part of an image, 0 to 255 a channel.
func shade(img image.Image, r image.Rectangle) (c [3]int) {
	n := 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			red, green, blue, _ := img.At(x, y).RGBA()
			c[0], c[1], c[2], n = c[0]+int(red>>8), c[1]+int(green>>8), c[2]+int(blue>>8), n+1
		}
	}
	for i := range c {
		c[i] /= max(n, 1)
	}
	return c
}

// part returns the share of a picture that a cell represents.
func part(b image.Rectangle, x, y, cols, rows int) image.Rectangle {
	return image.Rect(b.Dx()*x/cols, b.Dy()*y/rows, b.Dx()*(x+1)/cols, b.Dy()*(y+1)/rows).Add(b.Min)
}

// look reads the cells of a view and returns the colour that each of them
// shows.
func (s *screen) look(lines []string) [][][3]int {
	s.t.Helper()
	marks := map[rune]int{}
	for i := range 297 {
		marks[kitty.Diacritic(i)] = i
	}
	out := make([][][3]int, len(lines))
	for i, l := range lines {
		var id int
		body, found := strings.CutSuffix(l, "\x1b[m")
		if n, err := fmt.Sscanf(body, "\x1b[38;5;%dm", &id); n != 1 || !found {
			s.t.Fatalf("line %d is coloured by %.30q: %v", i, l, err)
		}
		of := s.images[id]
		if of == nil {
			s.t.Fatalf("line %d shows image %d, which the terminal does not have", i, id)
		}
		_, body, _ = strings.Cut(body, "m")
		cells := []rune(body)
		for j := 0; j+2 < len(cells); j += 3 {
			y, row := marks[cells[j+1]]
			x, col := marks[cells[j+2]]
			if cells[j] != 0x10EEEE || !row || !col || x >= of.cols || y >= of.rows {
				s.t.Fatalf("line %d, cell %d is %q", i, j/3, cells[j:j+3])
			}
			out[i] = append(out[i], shade(of.img, part(of.img.Bounds(), x, y, of.cols, of.rows)))
		}
		if len(cells)%3 != 0 || len(out[i]) != of.cols {
			s.t.Fatalf("line %d has %d runes for %d cells", i, len(cells), of.cols)
		}
	}
	return out
}

// same checks that every cell shows the picture's colour at its place.
func (s *screen) same(lines []string, src image.Image, off int) {
	s.t.Helper()
	for y, row := range s.look(lines) {
		for x, got := range row {
			want := shade(src, part(src.Bounds(), x, y, len(row), len(lines)))
			for i := range got {
				if d := got[i] - want[i]; d > off || -d > off {
					s.t.Fatalf("cell %d,%d shows %v, the picture has %v", x, y, got, want)
				}
			}
		}
	}
}

// The first marks of the protocol's list, from its text.
func TestMarksAreThoseOfTheProtocol(t *testing.T) {
	t.Parallel()
	for i, want := range []rune{0x305, 0x30D, 0x30E, 0x310, 0x312, 0x33D, 0x33E, 0x33F, 0x346, 0x34A} {
		if got := kitty.Diacritic(i); got != want {
			t.Errorf("mark %d is %U, want %U", i, got, want)
		}
	}
}

func TestATerminalShowsThePicture(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		env  term.Env
		off  int
	}{
		{"here", term.Env{}, 12},
		{"over SSH, with a palette", term.Env{SSH: true}, 28},
		{"in tmux", term.Env{Tmux: true}, 12},
		{"in tmux over SSH", term.Env{Tmux: true, SSH: true}, 28},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newScreen(t, tt.env.Tmux)
			a := NewAlbum(kittyCaps(t, tt.env))
			card := testCard(320, 180)
			m := load(t, a, a.Wish(Request{Path: file(t, "a.png", card), Cols: 30, Rows: 20}))
			lines, cmd := a.Show(m.Picture)
			s.feed(raws(t, cmd))
			s.same(lines, card, tt.off)

			// A film: each frame replaces the one before.
			id := a.TakeID()
			e := Encoder{Mode: Kitty, Cols: 16, Rows: 5, Dots: 8}
			for _, size := range []int{160, 320} {
				w, h := e.Size()
				frame := e.scale(testCard(size, size/2), 0, image.Rectangle{})
				if frame.Rect.Dx() != w || frame.Rect.Dy() != h {
					t.Fatalf("the frame has %v", frame.Rect)
				}
				f, err := e.Frame(frame, id, tt.env.Tmux)
				if err != nil {
					t.Fatal(err)
				}
				s.feed(f.Raw)
				s.same(f.Lines, frame, 1)
			}
			if len(s.images) != 2 {
				t.Errorf("the terminal keeps %d images", len(s.images))
			}
			s.feed(a.Clear())
			if len(s.images) != 0 || s.open != nil {
				t.Errorf("%d images stay in the terminal", len(s.images))
			}
		})
	}
}
