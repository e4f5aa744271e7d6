package jobs

import (
	"slices"
	"testing"

	tea "charm.land/bubbletea/v2"

	"seedreel/client/ark"
	"seedreel/client/catalogue"
	"seedreel/client/wavespeed"
	"seedreel/state/job"
	"seedreel/ui/keys"
)

// Cancelling is offered only if the service supports it.
func TestCancelIsOfferedWhereTheServiceStopsWhatWaits(t *testing.T) {
	t.Parallel()
	v := screen(t)
	for _, c := range []struct {
		provider string
		state    job.State
		offered  bool
	}{
		{ark.Name, job.Queued, true},
		{ark.Name, job.Submitted, true},
		{ark.Name, job.Running, false},
		{wavespeed.Name, job.Queued, true},
		{wavespeed.Name, job.Submitted, false},
	} {
		j := &job.Job{Provider: c.provider, State: c.state}
		shown := false
		for _, b := range Hints(v.s, j) {
			shown = shown || b.Name == v.s.Keys.Jobs.Cancel.Name
		}
		if why := reasonFor(string(Cancel), j); shown != c.offered || (why == "") != c.offered {
			t.Errorf("%s, %s: shown %v, %q", c.provider, c.state, shown, why)
		}
	}
}

func TestAJobWhoseSoundWasRefusedComesBackSilent(t *testing.T) {
	t.Parallel()
	v := screen(t)
	values := catalogue.Values{catalogue.RoleAudioToggle: catalogue.Bool(true)}
	for code, want := range map[string]bool{"OutputAudioSensitiveContentDetected": false, "OutputVideoSensitiveContentDetected": true} {
		j := &job.Job{State: job.Failed, Reason: job.ReasonModeration, ErrorCode: code, Values: values}
		offered := slices.ContainsFunc(Hints(v.s, j), func(b keys.Binding) bool { return b.Name == v.s.Keys.Jobs.Mute.Name })
		if why := reasonFor(string(Mute), j); offered == want || (why == "") == want {
			t.Errorf("%s: going again without sound is offered %v, refused with %q", code, offered, why)
		}
		_, asked := Act(v.s, j, tea.KeyPressMsg{Code: 'm', Text: "m"})().(DecideMsg)
		if asked == want {
			t.Errorf("%s: m asks for it: %v", code, asked)
		}
		if on, _ := anew(j).Values.Bool(catalogue.RoleAudioToggle); on != want {
			t.Errorf("%s: sound %v, want %v", code, on, want)
		}
		if on, _ := j.Values.Bool(catalogue.RoleAudioToggle); !on {
			t.Errorf("%s: the job itself was changed", code)
		}
	}
}

func TestAJobThatIsGoneIsAskedForAgain(t *testing.T) {
	t.Parallel()
	v := screen(t)
	for name, tc := range map[string]struct {
		j    job.Job
		want Decision
	}{
		"not known there":   {job.Job{State: job.Failed, Reason: job.ReasonGone, RemoteID: "r"}, Ask},
		"without a clip":    {job.Job{State: job.Failed, Reason: job.ReasonUnusable, RemoteID: "r"}, Ask},
		"never got there":   {job.Job{State: job.Failed, Reason: job.ReasonGone}, ""},
		"failed there":      {job.Job{State: job.Failed, Reason: job.ReasonProvider, RemoteID: "r"}, ""},
		"refused":           {job.Job{State: job.Failed, Reason: job.ReasonModeration, RemoteID: "r"}, ""},
		"saved":             {job.Job{State: job.Saved, RemoteID: "r"}, ""},
		"an uncertain one":  {job.Job{State: job.Uncertain}, Look},
		"one that is going": {job.Job{State: job.Running, RemoteID: "r"}, ""},
	} {
		got := Decision("")
		if msg, ok := Act(v.s, &tc.j, tea.KeyPressMsg{Code: 'l', Text: "l"})().(DecideMsg); ok {
			got = msg.Decision
		}
		offered := slices.ContainsFunc(Hints(v.s, &tc.j), func(b keys.Binding) bool { return b.Name == v.s.Keys.Jobs.Look.Name })
		if got != tc.want || offered != (tc.want != "") {
			t.Errorf("%s: l decides %q, want %q; offered %t", name, got, tc.want, offered)
		}
	}
}
