package picture

import (
	"image"
	"strconv"
	"strings"
	"unicode/utf8"
)

// colour is the colour of a cell: 24 bits of RGB, or with indexed set one of
// the 256 colours.
type colour uint32

const indexed colour = 1 << 24

// cell is one cell of a mosaic. A flat cell is a blank with a background.
type cell struct {
	glyph  rune
	fg, bg colour
}

// Look determines how a mosaic is drawn.
type Look struct {
	// Half uses half blocks instead of quadrants.
	Half    bool
	Colours Colours
	// Solid draws flat cells as full blocks. Renderers write runs of blanks as
	// an erase sequence, which GNU screen by default shows as holes, and which
	// tmux leaves out when a screen is captured.
	Solid bool
}

// tall is the height of a cell in pixels in every mosaic.
const tall = 2

// wide returns the width of a cell in pixels.
func (l Look) wide() int {
	if l.Half {
		return 1
	}
	return 2
}

// Grid is a mosaic.
type Grid struct {
	Cols, Rows int
	cells      []cell
}

// Mosaic makes cells of an image that is already scaled to the pixels of the
// look: two by two a cell, one by two for half blocks.
func Mosaic(src *image.RGBA, l Look) *Grid {
	pw, ph := l.wide(), tall
	g := &Grid{Cols: src.Rect.Dx() / pw, Rows: src.Rect.Dy() / ph}
	g.cells = make([]cell, g.Cols*g.Rows)
	var px [4]rgb
	for y := range g.Rows {
		for x := range g.Cols {
			for i := range pw * ph {
				o := src.PixOffset(src.Rect.Min.X+x*pw+i%pw, src.Rect.Min.Y+y*ph+i/pw)
				px[i] = rgb{int(src.Pix[o]), int(src.Pix[o+1]), int(src.Pix[o+2])}
			}
			g.cells[y*g.Cols+x] = l.cell(px)
		}
	}
	return g
}

func (l Look) cell(px [4]rgb) cell {
	mask, fg, bg := 1, px[0], px[1] // the upper half is the foreground
	if !l.Half {
		mask, fg, bg = split(px)
	}
	c := cell{glyph: quadrants[mask&15], fg: l.Colours.of(fg), bg: l.Colours.of(bg)}
	if l.Half {
		c.glyph = '▀'
	}
	if c.fg == c.bg || mask == 0 {
		c.glyph, c.fg = ' ', c.bg
	}
	if c.glyph == ' ' && l.Solid {
		c.glyph, c.fg = '█', c.bg
	}
	return c
}

// quadrants by mask: bit i is set if pixel i, row by row, is foreground.
const quadrantRunes = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"

var quadrants = [16]rune([]rune(quadrantRunes))

type rgb struct{ r, g, b int }

// d returns a distance that weights green most, as eyes do.
func (c rgb) d(o rgb) int {
	r, g, b := c.r-o.r, c.g-o.g, c.b-o.b
	return 2*r*r + 4*g*g + b*b
}

// split finds the pattern of two colours with the least squared error: the two
// most distant pixels seed a 2-means, which settles in two rounds.
func split(px [4]rgb) (mask int, fg, bg rgb) {
	a, b, best := 0, 0, -1
	for i := range px {
		for j := i + 1; j < len(px); j++ {
			if d := px[i].d(px[j]); d > best {
				a, b, best = i, j, d
			}
		}
	}
	fg, bg = px[a], px[b]
	for range 2 {
		mask = 0
		var s [2]rgb
		var n [2]int
		for i, p := range px {
			k := 1
			if p.d(fg) <= p.d(bg) {
				mask |= 1 << i
				k = 0
			}
			s[k].r += p.r
			s[k].g += p.g
			s[k].b += p.b
			n[k]++
		}
		fg, bg = mean(s[0], n[0], fg), mean(s[1], n[1], fg)
	}
	return mask, fg, bg
}

func mean(s rgb, n int, none rgb) rgb {
	if n == 0 {
		return none
	}
	return rgb{s.r / n, s.g / n, s.b / n}
}

// of returns the nearest available colour.
func (k Colours) of(c rgb) colour {
	if k == Coarse {
		return indexed | colour(index256(c))
	}
	q := func(v int) colour { return colour(min((v+8)>>4<<4, 255)) }
	return q(c.r)<<16 | q(c.g)<<8 | q(c.b)
}

// index256 returns the nearest of xterm's 6x6x6 cube and its 24 greys.
func index256(c rgb) int {
	step := func(v int) int {
		switch {
		case v < 48:
			return 0
		case v < 115:
			return 1
		}
		return (v - 35) / 40
	}
	level := func(i int) int {
		if i == 0 {
			return 0
		}
		return 55 + 40*i
	}
	r, g, b := step(c.r), step(c.g), step(c.b)
	cube := rgb{level(r), level(g), level(b)}
	grey := min(max(((c.r+c.g+c.b)/3-3)/10, 0), 23)
	v := 8 + 10*grey
	if c.d(rgb{v, v, v}) < c.d(cube) {
		return 232 + grey
	}
	return 16 + 36*r + 6*g + b
}

// Lines returns the mosaic as one string per row, each ended by a reset.
func (g *Grid) Lines() []string {
	out := make([]string, g.Rows)
	var b []byte
	for y := range out {
		b = b[:0]
		p := pen{}
		for _, c := range g.cells[y*g.Cols : (y+1)*g.Cols] {
			b = p.put(b, c)
		}
		out[y] = string(append(b, "\x1b[m"...))
	}
	return out
}

// String returns all lines.
func (g *Grid) String() string { return strings.Join(g.Lines(), "\n") }

// Delta estimates how many bytes a renderer that writes only changed cells
// sends to turn old into g: the cells and their colours, and a cursor move for
// each run. If old is nil or of another size, all cells count.
func (g *Grid) Delta(old *Grid) int {
	all := old == nil || old.Cols != g.Cols || old.Rows != g.Rows
	const move = 6
	n := 0
	var b []byte
	for y := range g.Rows {
		p, run := pen{}, false
		for x := range g.Cols {
			i := y*g.Cols + x
			if !all && old.cells[i] == g.cells[i] {
				run = false
				continue
			}
			if !run {
				n += move
			}
			run = true
			b = p.put(b[:0], g.cells[i])
			n += len(b)
		}
	}
	return n
}

// pen writes cells and omits colours that are already set.
type pen struct {
	fg, bg       colour
	hasFg, hasBg bool
}

func (p *pen) put(b []byte, c cell) []byte {
	if c.glyph != ' ' && (!p.hasFg || p.fg != c.fg) {
		b = sgr(b, 38, c.fg)
		p.fg, p.hasFg = c.fg, true
	}
	if c.glyph != '█' && (!p.hasBg || p.bg != c.bg) {
		b = sgr(b, 48, c.bg)
		p.bg, p.hasBg = c.bg, true
	}
	return utf8.AppendRune(b, c.glyph)
}

func sgr(b []byte, ground int64, c colour) []byte {
	b = append(b, "\x1b["...)
	b = strconv.AppendInt(b, ground, 10)
	if c&indexed != 0 {
		b = append(b, ";5;"...)
		b = strconv.AppendInt(b, int64(c&0xff), 10)
		return append(b, 'm')
	}
	b = append(b, ";2;"...)
	b = strconv.AppendInt(b, int64(c>>16&0xff), 10)
	b = append(b, ';')
	b = strconv.AppendInt(b, int64(c>>8&0xff), 10)
	b = append(b, ';')
	b = strconv.AppendInt(b, int64(c&0xff), 10)
	return append(b, 'm')
}

func itoa(n int) string { return strconv.Itoa(n) }
