package field_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"seedreel/ui/field"
)

// at returns the cell of a word in a drawn field.
func at(t *testing.T, view, word string) (x, y int) {
	t.Helper()
	for y, l := range strings.Split(plain(view), "\n") {
		l = strings.NewReplacer("\u2063", "", "¦", "").Replace(l)
		if i := strings.Index(l, word); i >= 0 {
			return ansi.StringWidth(l[:i]), y
		}
	}
	t.Fatalf("%q is not in\n%s", word, plain(view))
	return 0, 0
}

// A click does what is drawn under it, and nothing beside it.
func TestAClickDoesWhatIsDrawn(t *testing.T) {
	t.Parallel()
	f := newFields(dark())
	for _, x := range f.list() {
		x.WithWidth(70)
	}
	click := func(x field.Field, word string) {
		t.Helper()
		x.View()
		cx, cy := at(t, x.View(), word)
		if cmd := x.Click(cx, cy); cmd != nil {
			cmd()
		}
	}
	click(f.ratio, "16:9")
	if f.ratio.Value() != "16:9" {
		t.Errorf("the ratio is %q", f.ratio.Value())
	}
	before := strings.Index(plain(f.ratio.View()), "1:1")
	click(f.ratio, "4:3")
	if after := strings.Index(plain(f.ratio.View()), "1:1"); after != before {
		t.Errorf("another choice moves the others from %d to %d", before, after)
	}
	click(f.camera, "fixed")
	if !f.camera.On() {
		t.Error("the camera is free")
	}
	click(f.length, "›")
	if v, _ := f.length.Value(); v != 6 {
		t.Errorf("› gives %d", v)
	}
	click(f.length, "‹")
	click(f.length, "‹")
	if v, _ := f.length.Value(); v != 4 {
		t.Errorf("‹ gives %d", v)
	}
	x, y := at(t, f.length.View(), " 12")
	f.length.Click(x-1, y)
	if v, _ := f.length.Value(); v != 12 {
		t.Errorf("the end of the slider is %d", v)
	}
	x, _ = at(t, f.length.View(), "2 ━")
	f.length.Click(x+2, y)
	if v, _ := f.length.Value(); v != 2 {
		t.Errorf("its beginning is %d", v)
	}
	if cmd := f.length.Click(0, 0); cmd != nil {
		t.Error("the label answers a click")
	}
	f.seed.SetValue(7)
	click(f.seed, "random")
	if _, ok := f.seed.Value(); ok {
		t.Error("the seed is not random")
	}
	x, y = at(t, f.model.View(), "▾")
	if cmd := f.model.Click(x, y); cmd == nil {
		t.Error("▾ opens nothing")
	} else if _, ok := cmd().(field.OpenMsg); !ok {
		t.Error("▾ opens something else")
	}
	x, y = at(t, f.images.View(), "add an image (optional)")
	if cmd := f.images.Click(x, y); cmd == nil {
		t.Error("the place for an image opens nothing")
	}
}

func TestADragSelectsInThePrompt(t *testing.T) {
	t.Parallel()
	p := field.NewPrompt(field.Spec{Key: "p", Label: "Prompt", Styles: dark()})
	p.WithWidth(20)
	p.SetValue("one two three four\nlast line")
	p.Focus()
	p.View()
	p.Click(2+4, 1)
	p.Drag(2+7, 1)
	p.Insert("2")
	if got := p.Value(); got != "one 2 three four\nlast line" {
		t.Errorf("over the selection there is %q", got)
	}
	p.View()
	p.Click(2+4, 2) // past the end of the row is its end
	p.Insert("!")
	if got := p.Value(); !strings.Contains(got, "!") || strings.HasSuffix(got, "!") {
		t.Errorf("a click in the second row gave %q", got)
	}
	p.View()
	p.Click(2+90, 3)
	p.Insert(".")
	if got := p.Value(); !strings.HasSuffix(got, " line.") {
		t.Errorf("a click behind the text gave %q", got)
	}
}
