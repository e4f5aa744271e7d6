// Package picture shows images in a terminal, as cells.
//
// There are three ways to draw, best first: the Kitty graphics protocol with
// Unicode placeholders, a mosaic of quadrants, a mosaic of half blocks. Where
// none of them works there is a card of text. All three consist of ordinary
// cells, so that a renderer that compares cells, a dialog drawn over them and
// tmux all keep working; only the pixels of a Kitty image travel separately, as
// one raw sequence before the frame that first shows it.
//
// Decoding, scaling and encoding take 10 to 300 ms and happen only in commands.
// Their results are kept in a bounded cache; View only joins strings.
package picture

import (
	"fmt"
	"image"
	"math"
	"path/filepath"

	"seedreel/ui/safe"
)

// Mode is a way of drawing.
type Mode int

// The modes, from nothing to best.
const (
	// Off draws nothing and reads nothing.
	Off Mode = iota
	// Card describes the picture in words.
	Card
	// Half is a mosaic of two pixels a cell, for fonts without quadrants.
	Half
	// Quadrant is a mosaic of four pixels and two colours a cell.
	Quadrant
	// Kitty is the graphics protocol with Unicode placeholders.
	Kitty
)

// String returns the name of the mode for a report or a settings screen.
func (m Mode) String() string {
	switch m {
	case Off:
		return "off"
	case Card:
		return "text"
	case Half:
		return "half blocks"
	case Quadrant:
		return "mosaic"
	case Kitty:
		return "kitty"
	}
	return "unknown"
}

// Drawn reports whether the mode shows pixels at all.
func (m Mode) Drawn() bool { return m >= Half }

// Colours is how finely a mosaic is coloured; coarser takes fewer bytes.
type Colours int

const (
	// Fine keeps four bits of each channel: about a third fewer bytes than with
	// all eight, and no visible difference at the size of cells.
	Fine Colours = iota
	// Coarse uses the 256 colours of xterm: a third of the bytes.
	Coarse
)

// Info describes a picture before it is drawn.
type Info struct {
	Path string
	// Format is the name of its encoding: "png", "jpeg", "webp".
	Format        string
	Width, Height int   // pixels
	Bytes         int64 // of the file
}

// Lines returns the card of a picture: its name, facts and place.
func (i *Info) Lines(size safe.String) []safe.String {
	out := []safe.String{safe.Line(filepath.Base(i.Path))}
	facts := safe.String("")
	if i.Width > 0 {
		facts = safe.Line(itoa(i.Width) + "x" + itoa(i.Height) + " " + i.Format)
	}
	if size != "" {
		if facts != "" {
			facts += ", "
		}
		facts += size
	}
	if facts != "" {
		out = append(out, facts)
	}
	return append(out, safe.Line(i.Path))
}

// Fit returns the largest box of cells, within cols x rows, that keeps the
// shape of an image of w x h pixels on cells aspect times as tall as wide. An
// aspect of 0 means 2, the usual one.
func Fit(w, h, cols, rows int, aspect float64) (c, r int) {
	if w <= 0 || h <= 0 || cols <= 0 || rows <= 0 {
		return 0, 0
	}
	if aspect <= 0 {
		aspect = defaultAspect
	}
	fc := float64(cols)
	fr := fc * float64(h) / float64(w) / aspect
	if fr > float64(rows) {
		fr = float64(rows)
		fc = fr * aspect * float64(w) / float64(h)
	}
	return min(max(1, int(fc+.5)), cols), min(max(1, int(fr+.5)), rows)
}

// Crop returns what a service keeps of an image of w x h pixels when it
// centre-crops to the ratio ratioW:ratioH: a wider target keeps the width, a
// narrower one the height (rule of the upstream's documentation, "图生视频" section
// on adaptive ratios). Without a ratio all of it is kept.
func Crop(w, h, ratioW, ratioH int) image.Rectangle {
	whole := image.Rect(0, 0, max(w, 0), max(h, 0))
	if w <= 0 || h <= 0 || ratioW <= 0 || ratioH <= 0 {
		return whole
	}
	W, H, a, b := int64(w), int64(h), int64(ratioW), int64(ratioH)
	if W*b < a*H {
		kept := max(int((W*b+a/2)/a), 1)
		top := (h - kept) / 2
		return image.Rect(0, top, w, top+kept)
	}
	kept := max(int((H*a+b/2)/b), 1)
	left := (w - kept) / 2
	return image.Rect(left, 0, left+kept, h)
}

// Kept returns the part of an image of w x h pixels that a crop keeps, 0 to 1.
func Kept(crop image.Rectangle, w, h int) float64 {
	if w <= 0 || h <= 0 {
		return 0
	}
	return float64(crop.Dx()) * float64(crop.Dy()) / (float64(w) * float64(h))
}

// Words describes what a crop loses: "cuts 44 % at the sides: 1080x1080 of
// 1920x1080"; "" if it loses nothing.
func Words(crop image.Rectangle, w, h int) safe.String {
	lost := int(math.Round(100 * (1 - Kept(crop, w, h))))
	if crop.Empty() || crop.Dx() == w && crop.Dy() == h {
		return ""
	}
	where := "at the sides"
	if crop.Dx() == w {
		where = "at top and bottom"
	}
	return safe.Line(fmt.Sprintf("cuts %d %% %s: %dx%d of %dx%d", max(lost, 1), where, crop.Dx(), crop.Dy(), w, h))
}
