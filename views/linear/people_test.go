package linear_test

import (
	"testing"
	"time"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/engine"
	"seedreel/state/job"
)

// before prepares what the person of a transcript finds.
func before() map[string]func(*testing.T, *engine.Engine) {
	return map[string]func(*testing.T, *engine.Engine){
		"first": nil, "waiting": nil, "change": nil, "image": nil, "accounts": nil, "settings": nil, "rewrite": nil, "limit": nil, "interrupted": nil,
		"line": nil, "vary": nil, "reel": nil,
		"compare": func(t *testing.T, e *engine.Engine) {
			t.Helper()
			record(t, e, saved("A lake at dawn", 7), saved("A lake at dawn", 8), saved("A lake at dusk, fog", 7))
		},
		"again": func(t *testing.T, e *engine.Engine) { t.Helper(); record(t, e, saved("A lake at dawn", 7)) },
		"marks": func(t *testing.T, e *engine.Engine) {
			t.Helper()
			record(t, e, saved("A lake at dawn", 7), saved("A lake at dawn", 8))
		},
		"lost":     func(t *testing.T, e *engine.Engine) { t.Helper(); record(t, e, lost("A hill in the fog", 7)) },
		"given-up": func(t *testing.T, e *engine.Engine) { t.Helper(); record(t, e, lost("A hill in the fog", 7)) },
		"failed":   func(t *testing.T, e *engine.Engine) { t.Helper(); record(t, e, refused("A street at night", 7)) },
	}
}

func record(t *testing.T, e *engine.Engine, jobs ...*job.Job) {
	t.Helper()
	for i, j := range jobs {
		j.ID = "abcdefghijk" + string(rune('a'+i))
		if _, err := e.Store.Record(t.Context(), []*job.Job{j}, ""); err != nil {
			t.Fatal(err)
		}
	}
}

// ordered returns a practice job that was ordered ten minutes ago.
func ordered(prompt string, seed int64) *job.Job {
	price := usd.Micro(80_000)
	at := time.Now().Add(-10 * time.Minute).UTC()
	j := job.New("", at, job.Wanted{
		Provider: "wavespeed", Model: "bytedance/seedance-v1-lite-t2v-480p", Practice: true, Seconds: 5, Estimate: &price, EstimateBasis: "list price, 2026-11",
		Values: catalogue.Values{
			catalogue.RolePrompt: catalogue.Text(prompt), catalogue.RoleAspectRatio: catalogue.Text("16:9"), catalogue.RoleDuration: catalogue.Int(5),
			catalogue.RoleSeed: catalogue.Int(seed),
		},
	})
	j.PostedAt, j.Attempt = at, 1
	return j
}

func saved(prompt string, seed int64) *job.Job {
	j := ordered(prompt, seed)
	j.State, j.RemoteID, j.SubmittedAt = job.Saved, "r"+prompt[len(prompt)-4:]+string(rune('0'+seed)), j.PostedAt
	j.EndedAt = j.SubmittedAt.Add(41 * time.Second)
	j.SavedAt = j.EndedAt
	j.Output = job.Output{Path: "/home/ana/clips/lake.mp4", Bytes: 300_000}
	return j
}

func lost(prompt string, seed int64) *job.Job {
	j := ordered(prompt, seed)
	j.State, j.ErrorText = job.Uncertain, "the connection ended before the service answered"
	return j
}

func refused(prompt string, seed int64) *job.Job {
	j := ordered(prompt, seed)
	j.State, j.Reason, j.ErrorText, j.EndedAt = job.Failed, job.ReasonProvider, "no worker was free", j.PostedAt.Add(time.Minute)
	return j
}
