package reel

import (
	"cmp"
	"fmt"
	"path/filepath"

	tea "charm.land/bubbletea/v2"

	"seedreel/state/download"
	"seedreel/state/export"
	"seedreel/state/frames"
	"seedreel/state/job"
	"seedreel/state/reel"
	"seedreel/state/settings"
	"seedreel/ui/dialog"
	"seedreel/ui/safe"
	"seedreel/ui/toast"
	"seedreel/views/studio"
	"seedreel/views/words"
)

// wroteMsg is the end of an export.
type wroteMsg struct {
	said safe.String
	err  error
}

// longestName is the most characters of a reel's name in the name of a file.
const longestName = 60

// place returns a proposed path beside the clips.
func (v *Screen) place(suffix string) string {
	dir, err := v.s.Paths.ClipsDir(v.s.Settings.ClipsDir, v.s.Getenv)
	if err != nil {
		dir = v.s.Home
	}
	return filepath.Join(dir, cmp.Or(download.Slug(v.reel.Name, longestName), "reel")+suffix)
}

// Saved returns the saved picks of a reel in order.
func Saved(r *reel.Reel) (out []*job.Job) {
	for _, s := range r.Shots {
		if p := s.Pick(); p != nil && p.State == job.Saved && p.Output.Here() {
			out = append(out, p)
		}
	}
	return out
}

// askExport asks for a folder.
func (v *Screen) askExport() {
	st := v.s.Store
	v.s.Dialogs.Push(dialog.NewInput("export", "Export the reel into", "Clips, sidecars, contact sheet, page, table, timelines. A folder that holds other things is not touched.", v.place(""), func(text string) tea.Cmd {
		ctx, env := v.s.Ctx, v.s.Getenv
		return tea.Batch(v.s.Say(toast.Info, "Exporting the reel."), func() tea.Msg {
			r, err := st.OpenReel(ctx)
			if err != nil {
				return wroteMsg{err: err}
			}
			o, left, err := export.OfReel(r)
			if err != nil {
				return wroteMsg{err: err}
			}
			if o.Dir, err = settings.ExpandHome(text, env); err == nil {
				o.Dir, err = filepath.Abs(o.Dir)
			}
			if err != nil {
				return wroteMsg{err: err}
			}
			o.Tool = frames.Installed()
			done, err := export.Write(ctx, o)
			if err != nil {
				return wroteMsg{err: err}
			}
			said := fmt.Sprintf("Exported %d clips in %d files: %s", len(o.Takes), len(done.Files), o.Dir)
			if left > 0 {
				said += fmt.Sprintf(" (%d takes have no clip)", left)
			}
			return wroteMsg{said: safe.Line(said)}
		})
	}))
}

func (v *Screen) wrote(m wroteMsg) tea.Cmd {
	if m.err != nil {
		return studio.Say(toast.Bad, words.Sentence(m.err))
	}
	return studio.Say(toast.Good, m.said)
}
