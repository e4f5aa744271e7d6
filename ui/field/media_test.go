package field_test

import (
	"reflect"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"seedreel/ui/field"
)

func newRefs(t *testing.T) *field.Media {
	t.Helper()
	m := field.NewMedia(field.Spec{Key: "refs", Label: "Images", Styles: dark()},
		field.MediaRole{Key: "ref", Label: "image", Max: 4, Add: "add an image"})
	m.WithWidth(70)
	m.Focus()
	return m
}

// names returns the items in order.
func names(m *field.Media) []string {
	var out []string
	for _, it := range m.Items() {
		out = append(out, it.Item)
	}
	return out
}

func do(m *field.Media, keys ...string) tea.Msg {
	var last tea.Msg
	for _, k := range keys {
		if _, cmd := m.Update(keyPress(k)); cmd != nil {
			last = cmd()
		}
	}
	return last
}

func TestMediaPasteAddsAndSaysWhenFull(t *testing.T) {
	t.Parallel()
	m := newRefs(t)
	_, cmd := m.Update(tea.PasteMsg{Content: "/a.png\n/b.png\r\n\n https://x.example/c.png?sig=1 "})
	if cmd == nil || cmd() != (field.ChangedMsg{Key: "refs"}) {
		t.Fatal("a paste is no change")
	}
	m.Update(tea.PasteMsg{Content: "/d.png\n/e.png"})
	if got := names(m); !reflect.DeepEqual(got, []string{"/a.png", "/b.png", "https://x.example/c.png?sig=1", "/d.png"}) {
		t.Fatalf("items are %q", got)
	}
	view := plain(m.View())
	if !strings.Contains(view, "up to 4") || strings.Contains(view, "sig=") || !strings.Contains(view, "c.png") {
		t.Fatalf("the view is\n%s", view)
	}
	do(m, "x")
	if strings.Contains(plain(m.View()), "up to 4") {
		t.Fatal("the note outlived the next key")
	}
}

func TestMediaTypedPath(t *testing.T) {
	t.Parallel()
	m := newRefs(t)
	do(m, "enter")
	if !m.Capturing() {
		t.Fatal("enter did not open the line")
	}
	do(m, "/", "x", "j", "q")
	if got := do(m, "enter"); got != (field.ChangedMsg{Key: "refs"}) || !reflect.DeepEqual(names(m), []string{"/xjq"}) {
		t.Fatalf("typed path gave %#v, items %q", got, names(m))
	}
	do(m, "up", "enter", "2", "enter")
	if !reflect.DeepEqual(names(m), []string{"/xjq2"}) {
		t.Fatalf("editing gave %q", names(m))
	}
	do(m, "enter", "z", "esc")
	if !reflect.DeepEqual(names(m), []string{"/xjq2"}) || m.Capturing() {
		t.Fatal("esc did not leave the item as it was")
	}
	do(m, "down", "enter", "/", "y")
	m.Blur()
	if !reflect.DeepEqual(names(m), []string{"/xjq2", "/y"}) {
		t.Fatalf("leaving the field lost what was typed: %q", names(m))
	}
}

func TestMediaMoveAndRemove(t *testing.T) {
	t.Parallel()
	m := newRefs(t)
	m.SetItems([]field.MediaItem{{Role: "ref", Item: "a"}, {Role: "ref", Item: "b"}, {Role: "ref", Item: "c"}})
	do(m, "]", "shift+down")
	if got := names(m); !reflect.DeepEqual(got, []string{"b", "c", "a"}) {
		t.Fatalf("moving down gave %q", got)
	}
	do(m, "[")
	if got := names(m); !reflect.DeepEqual(got, []string{"b", "a", "c"}) {
		t.Fatalf("moving up gave %q", got)
	}
	do(m, "backspace")
	if got := names(m); !reflect.DeepEqual(got, []string{"b", "c"}) {
		t.Fatalf("removing gave %q", got)
	}
	do(m, "delete", "up", "x", "x")
	if len(m.Items()) != 0 {
		t.Fatalf("left %q", names(m))
	}
	if got := do(m, "o"); got != (field.BrowseMsg{Key: "refs", Role: "ref"}) {
		t.Fatalf("o gave %#v", got)
	}
}

func TestMediaRolesChangePlaces(t *testing.T) {
	t.Parallel()
	h := start(t, dark(), 64, 30)
	h.images.Add("last", "/b.png")
	h.press("tab", "tab", "]")
	want := []field.MediaItem{{Role: "image", Item: "/b.png"}, {Role: "last", Item: "/home/me/ledge.png"}}
	if got := h.images.Items(); !reflect.DeepEqual(got, want) {
		t.Fatalf("first and last are %v", got)
	}
	if h.images.Target() != "" || h.images.Add("", "/c.png") {
		t.Fatal("a full field took another item")
	}
}

func TestMediaFactsAndProblems(t *testing.T) {
	t.Parallel()
	m := newRefs(t)
	m.SetItems([]field.MediaItem{{Role: "ref", Item: "/a/very\x1b[31mlong.png"}})
	m.SetFacts("/a/very\x1b[31mlong.png", field.FactView{Pixels: "280x420", Format: "PNG", Size: "96 KB", Problem: "too small: this one is 280 wide"})
	view := m.View()
	if strings.Contains(view, "\x1b[31mlong") {
		t.Fatal("a file name coloured the screen")
	}
	for _, want := range []string{"verylong.png", "280x420   PNG   96 KB", "too small: this one is 280 wide"} {
		if !strings.Contains(plain(view), want) {
			t.Errorf("%q is missing in\n%s", want, plain(view))
		}
	}
}

// An item removed by mistake returns to its place.
func TestMediaRemovalIsTakenBack(t *testing.T) {
	t.Parallel()
	m := newRefs(t)
	m.Update(tea.PasteMsg{Content: "/a.png\n/b.png\n/c.png\n/d.png"})
	do(m, "up", "up", "up", "up", "down", "x")
	if got := names(m); !reflect.DeepEqual(got, []string{"/a.png", "/c.png", "/d.png"}) {
		t.Fatalf("items are %q", got)
	}
	if view := plain(m.View()); !strings.Contains(view, "b.png is out; u brings it back") {
		t.Errorf("the way back is not said:\n%s", view)
	}
	if msg := do(m, "u"); msg != (field.ChangedMsg{Key: "refs"}) {
		t.Errorf("bringing it back is %#v", msg)
	}
	if got := names(m); !reflect.DeepEqual(got, []string{"/a.png", "/b.png", "/c.png", "/d.png"}) {
		t.Errorf("items are %q", got)
	}
	if msg := do(m, "u"); msg != nil || len(names(m)) != 4 {
		t.Errorf("it came back twice: %q", names(m))
	}
	// If another item has taken the place, it is not pushed out.
	do(m, "x", "u", "x")
	m.Update(tea.PasteMsg{Content: "/e.png"})
	if do(m, "u"); len(names(m)) != 4 || !strings.Contains(plain(m.View()), "up to 4") {
		t.Errorf("items are %q:\n%s", names(m), plain(m.View()))
	}
}

// The mark moves to the problem in a role, so that the next key acts on it.
func TestMediaPointsAtWhatIsWrong(t *testing.T) {
	t.Parallel()
	m := field.NewMedia(field.Spec{Key: "media", Label: "Images", Styles: dark()},
		field.MediaRole{Key: "first", Label: "first", Max: 1, Add: "add"}, field.MediaRole{Key: "refs", Label: "image", Max: 3, Add: "add"})
	m.WithWidth(70)
	m.Focus()
	m.SetItems([]field.MediaItem{{Role: "first", Item: "/good.png"}, {Role: "refs", Item: "/fine.png"}, {Role: "refs", Item: "/bad.png"}})
	m.SetFacts("/bad.png", field.FactView{Problem: "too small"})
	m.PointAt("refs")
	do(m, "x")
	if got := names(m); !reflect.DeepEqual(got, []string{"/good.png", "/fine.png"}) {
		t.Errorf("x took the wrong one: %q are left", got)
	}
	m.PointAt("refs") // nothing is wrong in it: its first row
	do(m, "x")
	if got := names(m); !reflect.DeepEqual(got, []string{"/good.png"}) {
		t.Errorf("x took the wrong one: %q are left", got)
	}
}
