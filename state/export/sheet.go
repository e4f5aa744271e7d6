package export

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"strings"

	xdraw "golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"seedreel/state/frames"
)

const (
	// cellW and cellH are the room of a still on the contact sheet, in pixels.
	cellW, cellH = 320, 240
	// gap is between cells, labelH the room for two lines below a still.
	gap, labelH = 16, 44
	// stillQuality is the JPEG quality of a still.
	stillQuality = 80
	// maxCells bounds the sheet; a larger one is no longer of use.
	maxCells = 500
)

// stills makes a small picture of each clip, from its middle. Without ffmpeg
// there are none, and a clip that ffmpeg cannot read has none.
func (p *parcel) stills(ctx context.Context) error {
	if p.order.Tool == nil {
		return nil
	}
	for i := range p.order.Takes {
		if ctx.Err() != nil {
			return fmt.Errorf("exporting: %w", context.Cause(ctx))
		}
		t := &p.order.Takes[i]
		if img := middle(ctx, p.order.Tool, t); img != nil {
			var b bytes.Buffer
			if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: stillQuality}); err != nil {
				return wrong(err, "a still cannot be made")
			}
			t.still = b.Bytes()
		}
	}
	return nil
}

func middle(ctx context.Context, tool *frames.Tool, t *Take) image.Image {
	w, h := within(t.facts.Width, t.facts.Height)
	if w < 1 || h < 1 || t.facts.FPS <= 0 {
		return nil
	}
	s, err := tool.Stream(ctx, t.Path, frames.Shot{W: w, H: h, FPS: t.facts.FPS, From: t.facts.Duration / 2})
	if err != nil {
		return nil
	}
	defer s.Close()
	buf := make([]byte, s.Size())
	if s.Next(buf) != nil {
		return nil
	}
	return frames.RGBA(buf, w, h)
}

// within returns the size of a still of the same shape within a cell.
func within(w, h int) (int, int) {
	if w < 1 || h < 1 {
		return 0, 0
	}
	if w*cellH > h*cellW {
		return cellW, max(h*cellW/w, 1)
	}
	return max(w*cellH/h, 1), cellH
}

// sheet returns the contact sheet as a PNG.
func (p *parcel) sheet() ([]byte, error) {
	parsed, err := opentype.Parse(goregular.TTF)
	if err != nil {
		return nil, fmt.Errorf("reading a font: %w", err)
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: 13, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return nil, fmt.Errorf("reading a font: %w", err)
	}
	defer func() { _ = face.Close() }() // it is in memory only
	takes := p.order.Takes[:min(len(p.order.Takes), maxCells)]
	columns := min(len(takes), 4)
	if len(takes) > 40 {
		columns = 8
	}
	rows := (len(takes) + columns - 1) / columns
	m := image.NewRGBA(image.Rect(0, 0, gap+columns*(cellW+gap), gap+rows*(cellH+labelH+gap)))
	draw.Draw(m, m.Rect, image.NewUniform(color.RGBA{24, 24, 26, 255}), image.Point{}, draw.Src)
	for i := range takes {
		at := image.Pt(gap+i%columns*(cellW+gap), gap+i/columns*(cellH+labelH+gap))
		takes[i].draw(m, at, &lettering{face, parsed})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		return nil, fmt.Errorf("writing the sheet: %w", err)
	}
	return b.Bytes(), nil
}

// draw draws one take with its labels into a cell.
func (t *Take) draw(m *image.RGBA, at image.Point, face *lettering) {
	cell := image.Rect(0, 0, cellW, cellH).Add(at)
	w, h := within(t.facts.Width, t.facts.Height)
	spot := image.Rect(0, 0, w, h).Add(at).Add(image.Pt((cellW-w)/2, cellH-h))
	draw.Draw(m, cell, image.NewUniform(color.RGBA{34, 34, 37, 255}), image.Point{}, draw.Src)
	still, err := jpeg.Decode(bytes.NewReader(t.still))
	if t.still != nil && err == nil {
		xdraw.ApproxBiLinear.Scale(m, spot, still, still.Bounds(), draw.Src, nil)
	} else {
		face.text(m, at.Add(image.Pt(12, cellH/2)), color.Gray{150}, "no still")
	}
	shade := color.Color(color.Gray{225})
	if t.Reject {
		shade = color.Gray{120}
	}
	first := t.heading()
	if t.Pick {
		draw.Draw(m, image.Rect(0, cellH+2, cellW, cellH+4).Add(at), image.NewUniform(color.RGBA{60, 190, 140, 255}), image.Point{}, draw.Src)
		first += ", pick"
	}
	if t.Rating > 0 {
		first += fmt.Sprintf(", %d of 5", min(t.Rating, 5))
	}
	var second []string
	for _, s := range []string{t.value("seed"), t.price(), t.Job.Model} {
		if s != "" {
			second = append(second, s)
		}
	}
	face.text(m, at.Add(image.Pt(0, cellH+19)), shade, first)
	face.text(m, at.Add(image.Pt(0, cellH+37)), color.Gray{150}, strings.Join(second, "  "))
}

// lettering draws text.
type lettering struct {
	face font.Face
	font *opentype.Font
}

// text draws one line within a cell. What the font lacks becomes a question
// mark.
func (l *lettering) text(m draw.Image, at image.Point, shade color.Color, s string) {
	d := font.Drawer{Dst: m, Src: image.NewUniform(shade), Face: l.face, Dot: fixed.P(at.X, at.Y)}
	end := fixed.I(at.X + cellW)
	for _, r := range line(s) {
		if i, err := l.font.GlyphIndex(nil, r); err != nil || i == 0 {
			r = '?'
		}
		if a, _ := l.face.GlyphAdvance(r); d.Dot.X+a > end {
			return
		}
		d.DrawString(string(r))
	}
}
