package words_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"seedreel/client"
	"seedreel/client/all"
	"seedreel/client/clienttest"
	"seedreel/state/job"
	"seedreel/state/settings"
	"seedreel/state/store"
	"seedreel/ui/keys"
	"seedreel/views/keymap"
	"seedreel/views/words"
)

// Only a submit that did not get through says that nothing was sent; a question
// that did not get through does not mention sending.
func TestNotSentIsSaidOfSubmitsOnly(t *testing.T) {
	t.Parallel()
	for op, want := range map[string]bool{"submitting": true, "fetching": false} {
		s := string(words.Error(&client.Error{Kind: client.KindNotSent, Provider: "wavespeed", Op: op}))
		if strings.Contains(s, "nothing was sent") != want {
			t.Errorf("%s: %q", op, s)
		}
	}
}

// Every failure has a word that fits the list, and a next step.
func TestEveryFailureHasAWordAndANextStep(t *testing.T) {
	t.Parallel()
	for _, r := range []job.Reason{
		job.ReasonModeration, job.ReasonInvalid, job.ReasonFunds, job.ReasonUnauthorized, job.ReasonProvider, job.ReasonTimedOut,
		job.ReasonCanceled, job.ReasonExpired, job.ReasonGone, job.ReasonUnusable, job.ReasonNotSubmitted, job.ReasonFile,
	} {
		j := &job.Job{State: job.Failed, Reason: r, ErrorText: "theirs \x1b[31m", ErrorCode: "1200"}
		if w := string(words.State(j)); w == "" || utf8.RuneCountInString(w) > words.StateWidth {
			t.Errorf("%s: the word %q does not fit", r, w)
		}
		what, next := string(words.What(j)), words.Next(j, keymap.New())
		if next == "" || !strings.Contains(what, "[1200]") || strings.Contains(what, "\x1b") {
			t.Errorf("%s: %q, %q", r, what, next)
		}
	}
}

// Advice names the current keys of the map.
func TestAdviceNamesTheKeysOfTheMap(t *testing.T) {
	t.Parallel()
	k := keymap.New()
	for _, b := range []*keys.Binding{&k.Jobs.Reuse, &k.Jobs.Look, &k.Jobs.Resend, &k.Jobs.Drop, &k.Form.Seed} {
		*b = keys.New(b.Name, b.Group, []string{"f1"}, "F1", b.Help().Desc)
	}
	for _, j := range []*job.Job{
		{State: job.Uncertain}, {State: job.Uncertain, Practice: true}, {State: job.Failed, Reason: job.ReasonExpired}, {State: job.Failed},
	} {
		for _, word := range strings.FieldsFunc(string(words.Next(j, k)), func(r rune) bool { return strings.ContainsRune(" ,.;:", r) }) {
			if word == "r" || word == "l" || word == "s" || word == "d" || strings.Contains(word, "ctrl") {
				t.Errorf("%s says %q", j.State, words.Next(j, k))
			}
		}
		if !strings.Contains(string(words.Next(j, k)), "F1") {
			t.Errorf("%s: no key in %q", j.State, words.Next(j, k))
		}
	}
}

// The words in a list for a model can be searched for.
func TestKindsAreTheWordsThatListsShow(t *testing.T) {
	t.Parallel()
	cat := clienttest.Catalogue(t)
	kinds := words.Kinds(cat)
	for _, m := range cat.All() {
		if !m.MakesVideo() {
			continue
		}
		for _, w := range append(strings.Fields(string(words.Short(m))), words.TaskCode(m.Task)) {
			if !slices.Contains(kinds[w], m.Ref()) {
				t.Errorf("%q does not stand for %s", w, m.ID)
			}
		}
	}
	for _, w := range []string{"to", "video", ""} {
		if len(kinds[w]) > 0 {
			t.Errorf("%q stands for %d models", w, len(kinds[w]))
		}
	}
}

// A setting that only one service has is named by the service.
func TestSettingsOfAServiceHaveItsWords(t *testing.T) {
	t.Parallel()
	n := 0
	for _, d := range all.Services() {
		for _, s := range d.Settings {
			n++
			if got := words.SettingOf("services." + d.ID + "." + s.Name); string(got.Label) != s.Label || string(got.Group) != d.Name {
				t.Errorf("services.%s.%s is called %q under %q, want %q under %q", d.ID, s.Name, got.Label, got.Group, s.Label, d.Name)
			}
		}
	}
	if n == 0 {
		t.Error("no service has a setting of its own")
	}
}

// No setting is shown by its key.
func TestEverySettingHasANameAndAGroup(t *testing.T) {
	t.Parallel()
	defaults := settings.Defaults()
	seen := map[words.Setting]string{}
	for _, k := range settings.Keys() {
		n := words.SettingOf(k.Name)
		if n.Group == "" || n.Label == "" || strings.ContainsAny(string(n.Label), "_.") || string(n.Label) == k.Name {
			t.Errorf("%s is called %q under %q", k.Name, n.Label, n.Group)
		}
		if other, twice := seen[n]; twice {
			t.Errorf("%s and %s have one name", k.Name, other)
		}
		seen[n] = k.Name
		if words.SettingValue(&k, &defaults) == "" {
			t.Errorf("%s shows no value", k.Name)
		}
	}
}

// Errors from below begin in lower case; on a screen they are sentences.
func TestSentence(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]string{
		"the clip cannot be read": "The clip cannot be read.", "it ended.": "It ended.", "état": "État.", "": "",
	} {
		if got := string(words.Sentence(errors.New(said))); got != want {
			t.Errorf("%q becomes %q, want %q", said, got, want)
		}
	}
}

// A failure has one word: that of JSON and searches is the one on screens.
func TestAFailureHasOneWordEverywhere(t *testing.T) {
	t.Parallel()
	for _, w := range store.ReasonWords() {
		o := store.ParseSearch("reason:" + w)
		if len(o.Reasons) != 1 {
			t.Fatalf("%q is no reason", w)
		}
		shown := string(words.State(&job.Job{State: job.Failed, Reason: job.Reason(o.Reasons[0])}))
		if o.Reasons[0] != string(job.ReasonProvider) && strings.ReplaceAll(shown, " ", "_") != o.Reasons[0] {
			t.Errorf("JSON has %q, a list %q", o.Reasons[0], shown)
		}
		if len(shown) > words.StateWidth {
			t.Errorf("%q is wider than its column", shown)
		}
	}
	for _, s := range []job.State{job.Queued, job.Uploading, job.Submitting, job.Submitted, job.Running, job.Completed, job.Saved, job.Failed, job.Uncertain} {
		if shown := string(words.State(&job.Job{State: s})); shown != string(s) {
			t.Errorf("JSON has %q, a list %q", s, shown)
		}
	}
}
