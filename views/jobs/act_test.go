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
