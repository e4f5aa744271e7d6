package detail

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"

	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/ui/theme"
	"seedreel/views/keymap"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func viewOf(j *job.Job) *View {
	price := usd.Micro(80_000)
	j.ID, j.Provider, j.Model, j.Prompt, j.Seconds = "abcdefghijkl", "wavespeed", "vendor/gone", "A boat\x1b[31m on a lake", 5
	j.CreatedAt, j.Estimate, j.EstimateBasis = noon.Add(-time.Hour), &price, "list price"
	return &View{Job: j, Now: noon, Zone: time.UTC, Expected: 90 * time.Second, Styles: theme.New(theme.Choose("none", false, false)), Keys: keymap.New()}
}

func TestThePageSaysWhatBecameOfAJob(t *testing.T) {
	t.Parallel()
	paid := usd.Micro(64_000)
	submitted := noon.Add(-41 * time.Second)
	for name, tt := range map[string]struct {
		job   job.Job
		want  []string
		never []string
	}{
		"waiting": {job.Job{State: job.Queued, Waiting: "slots"}, []string{"queued: all slots busy", "est. $0.08"}, []string{"submitted"}},
		"running": {
			job.Job{State: job.Running, SubmittedAt: submitted, RemoteID: "r1", Word: "processing"},
			[]string{"running, 41 s of about 1 min 30 s", "service id", "r1", "processing"},
			[]string{"took"},
		},
		"saved": {
			job.Job{State: job.Saved, SubmittedAt: submitted, EndedAt: noon, Charge: &paid, Output: job.Output{Path: "/clips/boat.mp4", Bytes: 2048}},
			[]string{"saved", "$0.064", "/clips/boat.mp4", "2 KB", "took", "41 s"},
			[]string{"est."},
		},
		"with its last frame": {
			job.Job{State: job.Saved, More: []job.Output{{Path: "/clips/boat-last.png", Bytes: 9, Still: true}}},
			[]string{"last frame", "/clips/boat-last.png"},
			nil,
		},
		"without its last frame": {
			job.Job{State: job.Saved, More: []job.Output{{Lost: "gone (HTTP 404)", Still: true}}},
			[]string{"last frame", "none: gone (HTTP 404)"},
			nil,
		},
		"refused": {
			job.Job{State: job.Failed, Reason: job.ReasonModeration, ErrorText: "no \x1b[31mblood", EndedAt: noon},
			[]string{"moderation", "not charged", "content filter", "blood"},
			[]string{"$0.064"},
		},
		"uncertain": {job.Job{State: job.Uncertain}, []string{"uncertain", "looks for it", "may pay twice"}, nil},
		"link": {
			job.Job{State: job.Completed, Output: job.Output{URL: "https://x.example/y.mp4", Expires: noon.Add(time.Hour)}},
			[]string{"x.example/y.mp4", "link ends"},
			nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := tt.job
			v := viewOf(&j)
			for _, width := range []int{8, 30, 60, 120} {
				for _, l := range v.Lines(width) {
					if n := ansi.StringWidth(l); n > max(width, 22) {
						t.Errorf("in %d cells a line takes %d: %q", width, n, l)
					}
				}
			}
			page := strings.Join(strings.Fields(ansi.Strip(strings.Join(v.Lines(120), "\n"))), " ")
			for _, want := range append(tt.want, "A boat", "vendor/gone", "abcdefghijkl") {
				if !strings.Contains(page, want) {
					t.Errorf("%q is missing in %q", want, page)
				}
			}
			for _, never := range append(tt.never, "\x1b[31m") {
				if strings.Contains(page, never) {
					t.Errorf("%q stands in %q", never, page)
				}
			}
		})
	}
}

func TestAPaneSaysThatThePageGoesOn(t *testing.T) {
	t.Parallel()
	v := viewOf(&job.Job{State: job.Queued})
	all := len(v.Lines(58))
	for _, h := range []int{0, 1, 3, all - 1, all, all + 5} {
		pane := v.Pane(60, h)
		lines := strings.Split(pane, "\n")
		if h == 0 {
			if pane != "" {
				t.Errorf("in no lines there is %q", pane)
			}
			continue
		}
		if len(lines) > h {
			t.Errorf("in %d lines there are %d", h, len(lines))
		}
		if cut := h < all; cut != strings.Contains(pane, "more lines") {
			t.Errorf("in %d lines of %d:\n%s", h, all, pane)
		}
	}
}

// A list may hold jobs of both kinds, once somebody has practised.
func TestThePageTellsPracticeFromRealJobs(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		job, studio bool
		want, never string
	}{
		"practice among real":    {true, false, "practice would have cost $0.08, nothing is billed", "real"},
		"practice in practice":   {true, true, "practice would have cost $0.08, nothing is billed", "real"},
		"real while in practice": {false, true, "real not a practice job", "billed"},
		"real among real":        {false, false, "", "practice"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := viewOf(&job.Job{State: job.Saved, EndedAt: noon, Practice: tt.job})
			v.Practice = tt.studio
			page := strings.Join(strings.Fields(ansi.Strip(strings.Join(v.Lines(60), "\n"))), " ")
			if !strings.Contains(page, tt.want) || strings.Contains(page, tt.never) {
				t.Errorf("want %q and never %q in %q", tt.want, tt.never, page)
			}
		})
	}
}
