//go:build ignore

// Paint draws the pictures that make.sh turns into clips: a lake at dusk whose
// every movement comes back to where it began.
//
//	go run paint.go frames WIDTH HEIGHT COUNT EACH   raw RGB frames on standard output,
//	                                           every picture EACH times
//	go run paint.go still NAME WIDTH HEIGHT          one PNG of a sample scene ("lake", "portrait")
//	go run paint.go badge                            the "SIMULATED" label as a PNG
package main

import (
	"bufio"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"log"
	"math"
	"os"
	"strconv"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

func main() {
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	var err error
	switch arg := os.Args[1:]; arg[0] {
	case "frames":
		err = frames(out, number(arg[1]), number(arg[2]), number(arg[3]), number(arg[4]))
	case "still":
		err = png.Encode(out, scene(number(arg[2]), number(arg[3]), 0.3, arg[1] == "portrait"))
	case "badge":
		err = png.Encode(out, badge(320, 56))
	}
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		log.Fatal(err)
	}
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		log.Fatal(err)
	}
	return n
}

// frames writes one whole turn of the loop.
func frames(out *bufio.Writer, w, h, count, each int) error {
	label := badge(w, h)
	for i := range count {
		img := scene(w, h, float64(i/each*each)/float64(count), false)
		at := image.Rect(0, h/24, w, h)
		draw.Draw(img, at.Add(image.Pt((w-label.Bounds().Dx())/2, 0)), label, image.Point{}, draw.Over)
		for p := 0; p < len(img.Pix); p += 4 {
			if _, err := out.Write(img.Pix[p : p+3]); err != nil {
				return err
			}
		}
	}
	return nil
}

type rgb [3]float64

func mix(a, b rgb, t float64) rgb {
	t = min(1, max(0, t))
	return rgb{a[0] + (b[0]-a[0])*t, a[1] + (b[1]-a[1])*t, a[2] + (b[2]-a[2])*t}
}

// scene draws one picture at a phase of the loop (0 to 1). Lengths are in
// units of the shorter side, so that every frame size shows the same things.
func scene(w, h int, phase float64, warm bool) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	unit := float64(min(w, h))
	for y := range h {
		for x := range w {
			c := pixel((float64(x)-float64(w)/2)/unit, (float64(y)-float64(h)/2)/unit, phase, 1/unit, warm)
			img.SetRGBA(x, y, color.RGBA{uint8(c[0]), uint8(c[1]), uint8(c[2]), 255})
		}
	}
	return img
}

// pixel gives the colour at a place measured from the middle, y downwards.
// soft is one pixel in the same unit, for smooth edges.
func pixel(x, y, phase, soft float64, warm bool) rgb {
	turn := 2 * math.Pi * phase
	top, low, sunColour := rgb{24, 38, 84}, rgb{242, 150, 110}, rgb{255, 226, 160}
	if warm {
		top, low, sunColour = rgb{60, 120, 170}, rgb{250, 214, 170}, rgb{255, 248, 214}
	}
	const horizon = 0.12
	sunX, sunY := 0.22*math.Sin(turn), -0.08-0.05*math.Cos(turn)
	if y < horizon {
		c := mix(low, top, (horizon-y)/0.75)
		d := math.Hypot(x-sunX, y-sunY)
		c = mix(sunColour, c, d/0.34)
		c = mix(sunColour, c, (d-0.11)/soft)
		far := horizon - 0.09 - 0.05*math.Sin(5*x+1) - 0.03*math.Sin(11*x)
		near := horizon - 0.03 - 0.04*math.Sin(4*x+3.5) - 0.015*math.Sin(17*x)
		c = mix(c, rgb{108, 84, 120}, (y-far)/soft)
		return mix(c, rgb{58, 52, 88}, (y-near)/soft)
	}
	depth := y - horizon
	wave := math.Sin(60*math.Sqrt(depth+0.02)-2*turn) + 0.5*math.Sin(9*x+turn)
	c := mix(rgb{206, 130, 118}, rgb{18, 30, 66}, depth/0.42+0.05*wave)
	glow := math.Abs(x-sunX)/(0.07+0.25*depth) + 0.35*wave
	c = mix(sunColour, c, 0.35+glow*0.5)
	return boat(c, x-0.42*math.Sin(turn+2), y-horizon-0.1-0.006*math.Sin(2*turn), soft)
}

// boat lays a small sail boat over a colour; x and y are measured from its keel.
func boat(c rgb, x, y, soft float64) rgb {
	hull := max(math.Abs(x)-0.07+0.6*max(0, y), math.Abs(y-0.012)-0.018)
	c = mix(rgb{70, 34, 40}, c, hull/soft)
	sail := max(-0.006-x, x-0.065*(y+0.16)/0.15, y+0.015, -y-0.16)
	return mix(rgb{248, 240, 228}, c, sail/soft)
}

// badge draws the label for a frame of the given size.
func badge(w, h int) *image.RGBA {
	size := float64(min(w, 2*h)) / 14
	if w > 4*h { // the label alone
		size = float64(h) * 0.62
	}
	parsed, err := opentype.Parse(gobold.TTF)
	if err != nil {
		log.Fatal(err)
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		log.Fatal(err)
	}
	const text = "SIMULATED"
	long := font.MeasureString(face, text).Ceil()
	img := image.NewRGBA(image.Rect(0, 0, long+int(size), int(size*1.5)))
	draw.Draw(img, img.Bounds(), image.NewUniform(color.RGBA{0, 0, 0, 110}), image.Point{}, draw.Src)
	d := font.Drawer{Dst: img, Src: image.White, Face: face, Dot: fixed.P(int(size/2), int(size*1.1))}
	d.DrawString(text)
	return img
}
