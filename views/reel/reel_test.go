package reel

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/queue"
	"seedreel/state/reel"
	"seedreel/state/store/storetest"
	"seedreel/ui/dialog"
	"seedreel/ui/theme"
	"seedreel/views/keymap"
	"seedreel/views/studio"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// world is the page on a store with three shots: four takes, one take, none.
type world struct {
	*Screen
	t   *testing.T
	dir string
	// said is the last message.
	said string
}

func newWorld(t *testing.T, w, h int) *world {
	t.Helper()
	x := &world{t: t, dir: t.TempDir()}
	st := storetest.Open(t, func() time.Time { return noon })
	tell := func(tea.Msg) tea.Cmd { return nil }
	now := func() time.Time { return noon }
	x.Screen = New(&studio.Studio{
		Ctx: t.Context(), Now: now, Zone: time.UTC, Catalogue: catalogue.NewShelf(clienttest.Catalogue(t)), Keys: keymap.New(), Store: st,
		Queue: queue.New(queue.Options{Store: st, Now: now}), Styles: theme.New(theme.Choose("none", false, false)), Tell: tell,
		Dialogs: dialog.NewStack(now),
	})
	m := x.s.Catalogue.Now().All()[0]
	n := 0
	add := func(shot string, id, prompt string, seed int64, seconds int) {
		n++
		clip := filepath.Join(x.dir, id+".mp4")
		if err := os.WriteFile(clip, []byte("clip"), 0o600); err != nil {
			t.Fatal(err)
		}
		price := usd.Micro(80_000)
		j := job.New(id, noon.Add(time.Duration(n)*time.Second), job.Wanted{Provider: m.Provider, Model: m.ID, Values: catalogue.Values{
			catalogue.RolePrompt: catalogue.Text(prompt), catalogue.RoleDuration: catalogue.Int(int64(seconds)), catalogue.RoleSeed: catalogue.Int(seed),
		}})
		j.Shot, j.State, j.Estimate, j.Charge, j.SubmittedAt, j.EndedAt, j.SavedAt = shot, job.Saved, &price, &price, noon, noon, noon
		j.RemoteID, j.Output = "remote-"+id, job.Output{Path: clip, Bytes: 4}
		if _, err := st.Record(t.Context(), []*job.Job{j}, "nonce"+id); err != nil {
			t.Fatal(err)
		}
	}
	r, err := st.OpenReel(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []reel.Shot{{ID: "keeper", Name: "The keeper"}, {ID: "stairs"}, {ID: "title", Name: "Title over sea"}} {
		s.CreatedAt = noon
		s.Values = catalogue.Values{catalogue.RolePrompt: catalogue.Text("Up the winding staircase")}
		if _, _, err := st.ChangeReel(t.Context(), r.ID, reel.Add(s, 0)); err != nil {
			t.Fatal(err)
		}
	}
	add("keeper", "take1", "A keeper looks out", 11, 5)
	add("keeper", "take2", "A keeper leans out", 11, 5)
	add("keeper", "take3", "A keeper leans out", 12, 8)
	add("stairs", "take4", "Up the winding staircase", 13, 4)
	x.SetSize(w, h)
	x.do(x.SetFocused(true))
	x.do(x.Init())
	x.do(x.Visit())
	return x
}

// do runs a command and what follows from it.
func (x *world) do(cmd tea.Cmd) {
	x.t.Helper()
	if cmd == nil {
		return
	}
	msg := cmd()
	if v := reflect.ValueOf(msg); v.IsValid() && v.Kind() == reflect.Slice {
		for i := range v.Len() {
			if c, ok := v.Index(i).Interface().(tea.Cmd); ok {
				x.do(c)
			}
		}
		return
	}
	switch msg := msg.(type) {
	case studio.ToastMsg:
		x.said = string(msg.Text)
	case loadedMsg, nameReadMsg:
		x.do(x.Update(msg))
	}
}

func press(key string) tea.KeyPressMsg {
	switch key {
	case "enter":
		return tea.KeyPressMsg{Code: tea.KeyEnter}
	case "left":
		return tea.KeyPressMsg{Code: tea.KeyLeft}
	case "down":
		return tea.KeyPressMsg{Code: tea.KeyDown}
	}
	return tea.KeyPressMsg{Code: []rune(key)[0], Text: key}
}

func (x *world) press(keys ...string) {
	x.t.Helper()
	for _, k := range keys {
		if x.s.Dialogs.Empty() {
			x.do(x.Update(press(k)))
		} else {
			x.do(x.s.Dialogs.Update(press(k)))
		}
	}
}

func (x *world) has(want ...string) {
	x.t.Helper()
	view := ansi.Strip(x.View())
	for _, w := range want {
		if !strings.Contains(view, w) {
			x.t.Errorf("%q is missing in\n%s", w, view)
		}
	}
}

func (x *world) lacks(words ...string) {
	x.t.Helper()
	view := ansi.Strip(x.View())
	for _, w := range words {
		if strings.Contains(view, w) {
			x.t.Errorf("%q is in\n%s", w, view)
		}
	}
}

func TestAReelShowsItsShotsAndFoldsTheirTakes(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{60, 12}, {80, 20}, {120, 32}, {200, 51}} {
		x := newWorld(t, size[0], size[1])
		x.has("3 shots", "spent $0.32", "1  The keeper", "$0.24", "to be made")
		x.lacks("first try")
		x.press("enter")
		x.has("▾  1", "first try", "looks →")
		if size[0] >= 120 {
			x.has("looks → leans", "seed 11", "seed 12", "duration 5 → 8")
		}
		for _, l := range strings.Split(x.View(), "\n") {
			if n := ansi.StringWidth(l); n > size[0] {
				t.Errorf("%d cells on a screen of %d: %q", n, size[0], ansi.Strip(l))
			}
		}
		x.press("down", "down")
		if !x.Holds(press("left")) {
			t.Error("left does not fold the shot of a take")
		}
		x.press("left")
		x.lacks("first try")
		if x.Holds(press("left")) {
			t.Error("left does not go back from a folded shot")
		}
		if r := x.selected(); r == nil || r.id != "keeper" {
			t.Errorf("%+v is selected", r)
		}
	}
}

func TestMarksAreKeptAndTakenBack(t *testing.T) {
	t.Parallel()
	x := newWorld(t, 120, 32)
	x.press("enter", "down", "p")
	x.has("pick 1")
	if got := x.said; !strings.Contains(got, "Take 1 of shot 1 picked.") {
		t.Errorf("it says %q", got)
	}
	x.press("down", "p", "+", "+", "+", "-")
	x.has("pick 2", "★★")
	x.lacks("pick 1", "★★★")
	marks := func(id string) string {
		b, err := os.ReadFile(filepath.Join(x.dir, id+".json"))
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if a, b := marks("take1"), marks("take2"); strings.Contains(a, `"pick": true`) || !strings.Contains(b, `"pick": true`) || !strings.Contains(b, `"rating": 2`) {
		t.Errorf("beside the clips lie\n%s\nand\n%s", a, b)
	}
	x.press("X")
	x.has("rejected", "no pick yet")
	x.press("h")
	x.has("rejected hidden")
	if slices.ContainsFunc(x.list.Items(), func(r *row) bool { return r.id == "take2" }) {
		t.Error("the rejected take is shown")
	}
	x.press("h", "u")
	if got := x.said; !strings.Contains(got, "Taken back: Take 2 of shot 1 rejected.") {
		t.Errorf("it says %q", got)
	}
	x.has("pick 2")
	x.lacks("rejected")
	if !strings.Contains(marks("take2"), `"pick": true`) {
		t.Errorf("beside the clip lies %s", marks("take2"))
	}
	x.press("U")
	x.has("rejected")
}

func TestShotsMoveAndAreNamed(t *testing.T) {
	t.Parallel()
	x := newWorld(t, 120, 32)
	x.press("J")
	x.has("2  The keeper", "1  Up the winding")
	x.press("K", "K")
	x.has("1  The keeper")
	if got := x.said; !strings.Contains(got, "Nothing to change.") {
		t.Errorf("beyond the first place it says %q", got)
	}
	x.press("down", "R", "T", "i", "t", "l", "e", "enter")
	x.has("2  Title ")
	x.press("n", "w", "e", "t", "enter")
	if note := x.reel.Shots[1].Note; note != "wet" {
		t.Errorf("the note is %q", note)
	}
	x.press("enter", "down", "n", "o", "k", "enter")
	x.has("note: ok")
	x.press("R", " ", "o", "v", "e", "r", " ", "s", "e", "a", "enter")
	if x.s.Dialogs.Empty() {
		t.Error("a name is taken twice")
	}
}

// Keys pressed before the first answer act one after the other.
func TestChangesDoNotOvertakeEachOther(t *testing.T) {
	t.Parallel()
	x := newWorld(t, 120, 32)
	x.press("enter", "down")
	first := x.Update(press("+"))
	for _, k := range []string{"+", "+", "p", "u"} {
		if cmd := x.Update(press(k)); cmd != nil {
			t.Fatalf("%s does not wait", k)
		}
	}
	x.do(first)
	if j, _ := x.reel.Take("take1"); j.Rating != 3 || j.Pick {
		t.Errorf("it has %+v", j.Marks)
	}
}

func TestWhatCannotBeDoneIsSaid(t *testing.T) {
	t.Parallel()
	x := newWorld(t, 120, 32)
	for key, want := range map[string]string{"X": "No take is selected", "+": "No take is selected"} {
		x.press(key)
		if got := x.said; !strings.Contains(got, want) {
			t.Errorf("%s says %q", key, got)
		}
	}
	x.press("p") // of a shot it picks the take that is shown for it
	x.has("pick 3")
	x.press("u", "G", "v")
	if got := x.said; !strings.Contains(got, "There is no take yet.") {
		t.Errorf("v says %q", got)
	}
	for x.press("u"); !strings.Contains(x.said, "othing to undo"); x.press("u") {
		if len(x.reel.Shots) == 0 && !strings.Contains(ansi.Strip(x.View()), "No shots yet") {
			t.Fatalf("an empty reel is\n%s", ansi.Strip(x.View()))
		}
	}
}

// An answer of a step that is not the last is dropped.
func TestAStaleAnswerIsDropped(t *testing.T) {
	t.Parallel()
	x := newWorld(t, 120, 32)
	before := x.reel
	x.Update(loadedMsg{seq: x.seq - 1, reel: &reel.Reel{ID: "other"}})
	if x.reel != before {
		t.Error("it is shown")
	}
}

func TestShotsAreSplitMergedAndTakenBack(t *testing.T) {
	t.Parallel()
	x := newWorld(t, 120, 32)
	x.press("enter", "down", "down", "S")
	x.has("4 shots")
	if s := x.reel.Shots; len(s[0].Takes) != 2 || len(s[1].Takes) != 1 || s[1].Takes[0].ID != "take2" {
		t.Fatalf("split off is %+v", s[1])
	}
	if b, err := os.ReadFile(filepath.Join(x.dir, "take2.json")); err != nil || !strings.Contains(string(b), x.reel.Shots[1].ID) {
		t.Errorf("beside the clip lies %s, %v", b, err)
	}
	x.press("u")
	x.has("3 shots")
	if got := x.said; !strings.Contains(got, "Taken back: Shot 1 split") {
		t.Errorf("it says %q", got)
	}
	x.press("U", "g", "j", "j", "M") // the new shot is below the two takes that are left
	x.press("g", "M")
	if got := x.said; !strings.Contains(got, "no shot above") {
		t.Errorf("of the first it says %q", got)
	}
}

// How drafts and finals are made is chosen with prices, and both sums stand
// above the reel before anything is made.
func TestDraftsAndFinalsArePricedBefore(t *testing.T) {
	t.Parallel()
	x := newWorld(t, 120, 32)
	x.press("D")
	if got := x.said; !strings.Contains(got, "Q chooses how drafts are made") {
		t.Errorf("without a draft it says %q", got)
	}
	x.s.Model = x.s.Catalogue.Now().First(nil)
	x.press("Q")
	if x.s.Dialogs.Empty() {
		t.Fatal("nothing is asked")
	}
	view := ansi.Strip(x.s.Dialogs.Front().View(120, 32, x.s.Styles))
	if !strings.Contains(view, "as the shot is") || !strings.Contains(view, "$") {
		t.Errorf("it asks\n%s", view)
	}
}
