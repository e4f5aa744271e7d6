package picture

import (
	"cmp"
	"image"
	"image/color"
	"slices"
)

// Colours are counted with five bits a channel: eyes do not see the rest at
// this size, and 32,768 counters are quick to scan.
const (
	histBits  = 5
	histShift = 8 - histBits
	histSize  = 1 << (3 * histBits)
)

// bin is one colour of the picture and its frequency.
type bin struct {
	c rgb
	n int
}

// paletted reduces a picture to its own 256 colours by median cut. The PNG has
// about a sixth of the bytes. There is no dithering, as noise does not
// compress.
func paletted(src *image.RGBA) *image.Paletted {
	var count [histSize]int
	key := func(o int) int {
		return int(src.Pix[o])>>histShift<<(2*histBits) | int(src.Pix[o+1])>>histShift<<histBits | int(src.Pix[o+2])>>histShift
	}
	for y := src.Rect.Min.Y; y < src.Rect.Max.Y; y++ {
		o := src.PixOffset(src.Rect.Min.X, y)
		for range src.Rect.Dx() {
			count[key(o)]++
			o += 4
		}
	}
	var bins []bin
	for k, n := range count {
		if n > 0 {
			bins = append(bins, bin{fromKey(k), n})
		}
	}
	boxes := cut(bins, 256)
	pal := make(color.Palette, len(boxes))
	var to [histSize]uint8
	for i, box := range boxes {
		c := average(box)
		pal[i] = color.RGBA{uint8(c.r), uint8(c.g), uint8(c.b), 255}
		for _, b := range box {
			to[b.c.r>>histShift<<(2*histBits)|b.c.g>>histShift<<histBits|b.c.b>>histShift] = uint8(i)
		}
	}
	out := image.NewPaletted(src.Rect, pal)
	for y := src.Rect.Min.Y; y < src.Rect.Max.Y; y++ {
		o, p := src.PixOffset(src.Rect.Min.X, y), out.PixOffset(src.Rect.Min.X, y)
		for range src.Rect.Dx() {
			out.Pix[p] = to[key(o)]
			o += 4
			p++
		}
	}
	return out
}

// fromKey returns the middle of the colours that share a counter.
func fromKey(k int) rgb {
	const mask, half = 1<<histBits - 1, 1 << histShift >> 1
	return rgb{k>>(2*histBits)<<histShift + half, k>>histBits&mask<<histShift + half, k&mask<<histShift + half}
}

// cut divides the colours into at most n groups, always splitting the one with
// the most pixels times spread, at the median of its widest channel.
func cut(bins []bin, n int) [][]bin {
	if len(bins) == 0 {
		return nil
	}
	type group struct {
		bins  []bin
		by    func(rgb) int
		score int
	}
	measure := func(b []bin) group {
		ch, spread := widest(b)
		total := 0
		for _, x := range b {
			total += x.n
		}
		return group{b, ch, spread * total}
	}
	groups := []group{measure(bins)}
	for len(groups) < n {
		at := 0
		for i := range groups {
			if groups[i].score > groups[at].score {
				at = i
			}
		}
		g := groups[at]
		if g.score == 0 {
			break
		}
		slices.SortFunc(g.bins, func(a, b bin) int { return cmp.Compare(g.by(a.c), g.by(b.c)) })
		mid := median(g.bins)
		groups[at] = measure(g.bins[:mid])
		groups = append(groups, measure(g.bins[mid:]))
	}
	out := make([][]bin, len(groups))
	for i, g := range groups {
		out[i] = g.bins
	}
	return out
}

// median returns the index that leaves half of the pixels, and at least one
// colour, on either side.
func median(b []bin) int {
	total := 0
	for _, x := range b {
		total += x.n
	}
	sum := 0
	for i, x := range b[:len(b)-1] {
		sum += x.n
		if 2*sum >= total {
			return i + 1
		}
	}
	return len(b) - 1
}

// widest returns the channel with the largest spread, and the spread.
func widest(b []bin) (ch func(rgb) int, spread int) {
	for _, f := range []func(rgb) int{
		func(c rgb) int { return c.g }, func(c rgb) int { return c.r }, func(c rgb) int { return c.b },
	} {
		low, high := 255, 0
		for _, x := range b {
			low, high = min(low, f(x.c)), max(high, f(x.c))
		}
		if ch == nil || high-low > spread {
			ch, spread = f, high-low
		}
	}
	return ch, spread
}

func average(b []bin) rgb {
	var s rgb
	n := 0
	for _, x := range b {
		s.r += x.c.r * x.n
		s.g += x.c.g * x.n
		s.b += x.c.b * x.n
		n += x.n
	}
	return mean(s, n, rgb{})
}
