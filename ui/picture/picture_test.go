package picture

import (
	"image"
	"image/color"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
)

// testCard returns a picture with flat parts, edges at odd places and a
// gradient.
func testCard(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{uint8(x * 255 / w), uint8(y * 255 / h), 64, 255}
			switch {
			case x < w/4:
				c = color.RGBA{200, 30, 30, 255}
			case x < w/2 && (x+y)%5 < 2:
				c = color.RGBA{255, 255, 255, 255}
			}
			m.SetRGBA(x, y, c)
		}
	}
	return m
}

func TestMosaicsOfTheTestCard(t *testing.T) {
	t.Parallel()
	for name, look := range map[string]Look{
		"quadrant-fine": {}, "quadrant-coarse": {Colours: Coarse}, "half-fine": {Half: true},
		"half-coarse": {Half: true, Colours: Coarse}, "solid": {Solid: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := Encoder{Mode: Quadrant, Look: look, Cols: 24, Rows: 6}
			g := Mosaic(e.scale(testCard(96, 48), 0, image.Rectangle{}), look)
			golden.RequireEqual(t, []byte(g.String()))
		})
	}
}

func TestEveryLineHasTheWidthOfTheBox(t *testing.T) {
	t.Parallel()
	for _, look := range []Look{{}, {Half: true}, {Colours: Coarse}, {Solid: true}} {
		e := Encoder{Mode: Quadrant, Look: look, Cols: 31, Rows: 9}
		w, h := e.Size()
		lines := Mosaic(testCard(w, h), look).Lines()
		if len(lines) != 9 {
			t.Fatalf("%+v: %d lines", look, len(lines))
		}
		for _, l := range lines {
			if n := ansi.StringWidth(l); n != 31 {
				t.Errorf("%+v: a line has %d cells: %q", look, n, l)
			}
			if !strings.HasSuffix(l, "\x1b[m") {
				t.Errorf("%+v: colours run on behind %q", look, l)
			}
		}
	}
	for _, l := range placeholders(200, 31, 2) {
		if n := ansi.StringWidth(l); n != 31 {
			t.Errorf("placeholders have %d cells", n)
		}
	}
}

// Every pattern of two colours must be drawn exactly.
func TestTwoColoursAreExact(t *testing.T) {
	t.Parallel()
	a, b := rgb{240, 16, 16}, rgb{16, 32, 240}
	for mask := 1; mask < 15; mask++ {
		var px [4]rgb
		for i := range px {
			px[i] = b
			if mask>>i&1 == 1 {
				px[i] = a
			}
		}
		c := Look{}.cell(px)
		got := []rune(quadrantRunes)
		drawn := 0
		for i, r := range got {
			if r == c.glyph {
				drawn = i
			}
		}
		fg, bg := Fine.of(a), Fine.of(b)
		if !(c.fg == fg && c.bg == bg && drawn == mask || c.fg == bg && c.bg == fg && drawn == 15&^mask) {
			t.Errorf("mask %04b is %q %06x on %06x", mask, c.glyph, c.fg, c.bg)
		}
	}
}

func TestIndex256HitsItsOwnColours(t *testing.T) {
	t.Parallel()
	level := []int{0, 95, 135, 175, 215, 255}
	for i := range 216 {
		c := rgb{level[i/36], level[i/6%6], level[i%6]}
		if got := index256(c); got != 16+i {
			t.Errorf("%v is %d, want %d", c, got, 16+i)
		}
	}
	for i := range 24 {
		v := 8 + 10*i
		got := index256(rgb{v, v, v})
		if got != 232+i {
			t.Errorf("grey %d is %d, want %d", v, got, 232+i)
		}
	}
}

func TestDelta(t *testing.T) {
	t.Parallel()
	m := testCard(40, 20)
	a := Mosaic(m, Look{})
	whole := a.Delta(nil)
	if text := len(a.String()); whole < text/2 || whole > 2*text {
		t.Errorf("all cells are estimated at %d bytes, they have %d", whole, text)
	}
	if n := a.Delta(a); n != 0 {
		t.Errorf("nothing changed and costs %d", n)
	}
	m.SetRGBA(10, 10, color.RGBA{0, 255, 0, 255})
	if n := Mosaic(m, Look{}).Delta(a); n == 0 || n > 60 {
		t.Errorf("one cell costs %d", n)
	}
	if n := a.Delta(Mosaic(testCard(20, 20), Look{})); n != whole {
		t.Errorf("another size costs %d, want %d", n, whole)
	}
}

func TestFit(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		w, h, cols, rows int
		aspect           float64
		wantC, wantR     int
	}{
		{1600, 900, 80, 40, 2, 80, 23},
		{1600, 900, 80, 10, 2, 36, 10},
		{480, 864, 80, 24, 2, 27, 24},
		{100, 100, 20, 20, 0, 20, 10},
		{100, 100, 20, 20, 1, 20, 20},
		{5000, 1, 20, 20, 2, 20, 1},
		{1, 5000, 20, 20, 2, 1, 20},
		{0, 10, 20, 20, 2, 0, 0},
		{10, 10, 0, 20, 2, 0, 0},
	} {
		if c, r := Fit(tt.w, tt.h, tt.cols, tt.rows, tt.aspect); c != tt.wantC || r != tt.wantR {
			t.Errorf("%+v is %d by %d", tt, c, r)
		}
	}
}

func TestCrop(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name       string
		w, h, a, b int
		want       image.Rectangle
	}{
		{"same ratio", 1600, 900, 16, 9, image.Rect(0, 0, 1600, 900)},
		{"square to wide keeps the width", 900, 900, 16, 9, image.Rect(0, 197, 900, 703)},
		{"square to tall keeps the height", 900, 900, 9, 16, image.Rect(197, 0, 703, 900)},
		{"wide to square", 1920, 1080, 1, 1, image.Rect(420, 0, 1500, 1080)},
		{"tall to square", 1080, 1920, 1, 1, image.Rect(0, 420, 1080, 1500)},
		{"wide to wider", 1600, 900, 21, 9, image.Rect(0, 107, 1600, 793)},
		{"output sizes count as ratios", 1000, 1000, 864, 480, image.Rect(0, 222, 1000, 778)},
		{"one pixel stays", 1, 1000, 21, 9, image.Rect(0, 499, 1, 500)},
		{"no ratio", 640, 480, 0, 0, image.Rect(0, 0, 640, 480)},
		{"no picture", 0, 480, 16, 9, image.Rect(0, 0, 0, 480)},
	} {
		if got := Crop(tt.w, tt.h, tt.a, tt.b); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestCropInWords(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		w, h, a, b int
		want       string
	}{
		{1920, 1080, 1, 1, "cuts 44 % at the sides: 1080x1080 of 1920x1080"},
		{900, 900, 16, 9, "cuts 44 % at top and bottom: 900x506 of 900x900"},
		{1280, 704, 1248, 704, "cuts 3 % at the sides: 1248x704 of 1280x704"},
		{4001, 4000, 1, 1, "cuts 1 % at the sides: 4000x4000 of 4001x4000"},
		{1600, 900, 16, 9, ""},
		{0, 0, 16, 9, ""},
	} {
		if got := Words(Crop(tt.w, tt.h, tt.a, tt.b), tt.w, tt.h); string(got) != tt.want {
			t.Errorf("%+v: %q", tt, got)
		}
	}
}

func FuzzCrop(f *testing.F) {
	f.Add(1920, 1080, 16, 9)
	f.Add(1, 1<<30, 21, 9)
	f.Fuzz(func(t *testing.T, w, h, a, b int) {
		const most = 1 << 30
		if w < 1 || h < 1 || a < 1 || b < 1 || w > most || h > most || a > most || b > most {
			return
		}
		c := Crop(w, h, a, b)
		if c.Empty() || !c.In(image.Rect(0, 0, w, h)) {
			t.Fatalf("%v is not inside of %dx%d", c, w, h)
		}
		if c.Dx() != w && c.Dy() != h {
			t.Fatalf("%v keeps neither side of %dx%d", c, w, h)
		}
		if k := Kept(c, w, h); k <= 0 || k > 1 {
			t.Fatalf("%v keeps %g", c, k)
		}
	})
}

// The rest of the picture must differ from the part kept even if the picture is
// black, white or grey.
func TestDimShowsTheCrop(t *testing.T) {
	t.Parallel()
	for _, v := range []uint8{0, 128, 255} {
		m := image.NewRGBA(image.Rect(0, 0, 40, 40))
		for i := range m.Pix {
			m.Pix[i] = v
			if i%4 == 3 {
				m.Pix[i] = 255
			}
		}
		e := Encoder{Mode: Quadrant, Cols: 20, Rows: 20}
		out := e.scale(m, 0, image.Rect(0, 10, 40, 30))
		kept, rest := 0, 0
		for y := range 40 {
			for x := range 40 {
				if out.RGBAAt(x, y).R == v {
					if y >= 10 && y < 30 {
						kept++
					} else {
						rest++
					}
				}
			}
		}
		if kept != 20*40 {
			t.Errorf("grey %d: %d of 800 kept pixels are as they were", v, kept)
		}
		if v > 0 && rest > 0 || v == 0 && rest > 700 {
			t.Errorf("grey %d: %d of 800 other pixels look like the kept ones", v, rest)
		}
	}
}

func TestPaletteIsCloseAndSmall(t *testing.T) {
	t.Parallel()
	m := testCard(300, 150)
	p := paletted(m)
	if len(p.Palette) > 256 {
		t.Fatalf("%d colours", len(p.Palette))
	}
	worst := 0
	for y := range 150 {
		for x := range 300 {
			a := m.RGBAAt(x, y)
			r, g, b, _ := p.At(x, y).RGBA()
			d := rgb{int(a.R), int(a.G), int(a.B)}.d(rgb{int(r >> 8), int(g >> 8), int(b >> 8)})
			worst = max(worst, d)
		}
	}
	// Five bits and 256 groups are accurate to 16 in each channel.
	if limit := (rgb{24, 24, 24}).d(rgb{}); worst > limit {
		t.Errorf("a pixel is off by %d, at most %d", worst, limit)
	}
	one := image.NewRGBA(image.Rect(0, 0, 4, 4))
	if p := paletted(one); len(p.Palette) != 1 {
		t.Errorf("one colour became %d", len(p.Palette))
	}
}

func BenchmarkMosaic(b *testing.B) {
	m := image.NewRGBA(image.Rect(0, 0, 864, 568))
	r := rand.New(rand.NewPCG(1, 2))
	for i := range m.Pix {
		m.Pix[i] = uint8(r.Uint32())
	}
	for _, tt := range []struct {
		name string
		look Look
	}{{"quadrant", Look{}}, {"quadrant256", Look{Colours: Coarse}}, {"half", Look{Half: true}}} {
		e := Encoder{Mode: Quadrant, Look: tt.look, Cols: 86, Rows: 28}
		b.Run("picture/"+tt.name, func(b *testing.B) {
			for b.Loop() {
				Mosaic(e.scale(m, 0, image.Rectangle{}), tt.look).Lines()
			}
		})
		small := e.scale(m, 0, image.Rectangle{})
		b.Run("frame/"+tt.name, func(b *testing.B) {
			for b.Loop() {
				Mosaic(small, tt.look).Lines()
			}
		})
	}
	k := Encoder{Mode: Kitty, Cols: 86, Rows: 28, Dots: 4}
	small := k.scale(testCard(864, 568), 0, image.Rectangle{})
	b.Run("frame/kitty", func(b *testing.B) {
		for b.Loop() {
			if _, err := k.Frame(small, 20, false); err != nil {
				b.Fatal(err)
			}
		}
	})
}
