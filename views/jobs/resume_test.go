package jobs

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/catalogue"
	"seedreel/client/clienttest"
	"seedreel/state/job"
	"seedreel/ui/theme"
	"seedreel/views/keymap"
	"seedreel/views/studio"
)

// A person who has freed disk space need not wait for the next try.
func TestClipsThatWaitForRoomAreSavedOnRequest(t *testing.T) {
	t.Parallel()
	cat := clienttest.Catalogue(t)
	v := New(&studio.Studio{
		Now: time.Now, Zone: time.UTC, Catalogue: catalogue.NewShelf(cat), Keys: keymap.New(), Styles: theme.New(theme.Choose("none", false, false)),
	})
	v.SetSize(80, 20)
	waits := clip("1", "A paper boat", modelOf(t, cat, "text-to-video", 0), 7, 5)
	waits.State, waits.Waiting = job.Completed, job.WaitDisk
	press := func() tea.Msg {
		cmd := v.Update(tea.KeyPressMsg{Code: 'w', Text: "w"})
		if cmd == nil {
			t.Fatal("nothing happens")
		}
		return cmd()
	}
	show(v, clip("2", "A lake", modelOf(t, cat, "text-to-video", 0), 8, 5))
	if _, ok := press().(studio.ResumeMsg); ok || v.resumable() == "" {
		t.Error("there is nothing to save, and yet it is asked for")
	}
	show(v, waits)
	if msg, ok := press().(studio.ResumeMsg); !ok || v.resumable() != "" {
		t.Errorf("asked for is %T, and refused with %q", msg, v.resumable())
	}
	if shown, _ := v.Footer(); len(shown) == 0 || shown[0].Name != "resume" {
		t.Errorf("the footer begins with %v", shown)
	}
}
