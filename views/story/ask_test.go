package story_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"seedreel/state/order"
	"seedreel/views/cli"
	"seedreel/views/linear"
	"seedreel/views/story"
)

// wanted is one clip, as it is ordered in each of the three ways.
type wanted struct {
	// settings precede those of the simulator.
	settings string
	// model is for the flag, and words find it in a list.
	model, words string
	// twice is set if it was ordered once before, with the same seed.
	twice bool
	asks  []order.Kind
	code  int
}

// The screens, the commands and --accessible ask the same about the same order.
func TestAllAskTheSame(t *testing.T) {
	t.Parallel()
	text := wanted{model: "wavespeed:bytedance/" + modelText, words: "text lite 480p wavespeed"}
	with := func(edit func(*wanted)) wanted { w := text; edit(&w); return w }
	for name, c := range map[string]wanted{
		"nothing": text,
		"above the threshold": with(func(w *wanted) {
			w.settings, w.asks, w.code = "confirm_above_usd = 0.01\n", []order.Kind{order.AboveThreshold}, cli.ExitNotConfirmed
		}),
		"over the limit": with(func(w *wanted) {
			w.settings, w.asks, w.code = "daily_limit_usd = 0.05\n", []order.Kind{order.OverLimit}, cli.ExitNoFunds
		}),
		"the same again": with(func(w *wanted) { w.twice, w.asks, w.code = true, []order.Kind{order.SameAgain}, cli.ExitInvalid }),
		"retired, at a price that nobody knows": {
			model: "aimlapi:bytedance/seedance-1-0-lite-t2v", words: "seedance-1-0-lite-t2v",
			asks: []order.Kind{order.Retired, order.UnknownPrice}, code: cli.ExitNotConfirmed,
		},
		"the same under a limit": {
			settings: "daily_limit_usd = 5\n", model: "aimlapi:bytedance/seedance-1-0-lite-t2v", words: "seedance-1-0-lite-t2v",
			asks: []order.Kind{order.Retired, order.UnknownPrice}, code: cli.ExitNotConfirmed,
		},
	} {
		for way, ask := range map[string]func(*testing.T, *story.World, *wanted) []order.Kind{"commands": byCommand, "accessible": byLine, "screens": byScreen} {
			t.Run(name+"/"+way, func(t *testing.T) {
				t.Parallel()
				story.Bubble(t, func(t *testing.T, w *story.World) {
					w.Settings(c.settings + "[simulator]\nspeed = 1000\n")
					if got := ask(t, w, &c); !slices.Equal(got, c.asks) {
						t.Errorf("asked about %v, want %v", got, c.asks)
					}
				})
			})
		}
	}
}

// byCommand rehearses the order, has it refused for missing answers, and
// returns the kinds of questions.
func byCommand(t *testing.T, w *story.World, c *wanted) []order.Kind {
	t.Helper()
	args := []string{"submit", "--practice", "--model", c.model, "--prompt", boat, "--seed", "7"}
	if c.twice {
		if code, _, said := plain(t, w, args...); code != cli.ExitOK {
			t.Fatalf("the first: %d %s", code, said)
		}
	}
	code, out, said := plain(t, w, append(args, "--dry-run", "--json")...)
	var found struct {
		Questions []struct{ Kind order.Kind }
	}
	if err := json.Unmarshal([]byte(out), &found); err != nil {
		t.Fatalf("%v: %s %s", err, out, said)
	}
	if code != c.code {
		t.Errorf("the rehearsal ends with %d, want %d: %s", code, c.code, said)
	}
	if code, _, said := plain(t, w, args...); code != c.code {
		t.Errorf("the order ends with %d, want %d: %s", code, c.code, said)
	}
	var kinds []order.Kind
	for _, q := range found.Questions {
		kinds = append(kinds, q.Kind)
	}
	return kinds
}

// asked returns the kinds whose words are in a text.
func asked(text string, words map[order.Kind]string) []order.Kind {
	var out []order.Kind
	for _, k := range []order.Kind{order.Retired, order.UnknownPrice, order.Dearer, order.NotCovered, order.AboveThreshold, order.OverLimit, order.SameAgain} {
		if w, ok := words[k]; ok && strings.Contains(text, w) {
			out = append(out, k)
		}
	}
	return out
}

// talker answers questions by their words, with yes if money is at stake.
type talker struct {
	c    *wanted
	said strings.Builder
	// last is the last output: questions do not end with a new line.
	last string
	runs int
}

func (p *talker) Write(b []byte) (int, error) {
	p.last = string(b)
	return p.said.Write(b)
}

func (p *talker) Read(b []byte) (int, error) {
	answer := ""
	for words, a := range map[string]string{
		"Which model?": p.c.words, "search again": "1", "Prompt": boat, "Seed": "7", "all the same?": "yes", "Submit?": "yes", "In dollars": "1", "instead?": "no",
		"to keep it and return to the menu": "1",
	} {
		if strings.Contains(p.last, words) {
			answer = a
		}
	}
	if strings.Contains(p.last, "Menu") {
		if answer = "1"; p.runs == 0 {
			answer = "0"
		}
		p.runs--
	}
	return copy(b, answer+"\n"), nil
}

func byLine(t *testing.T, w *story.World, c *wanted) []order.Kind {
	t.Helper()
	e, err := w.Engine(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	p := &talker{c: c, runs: 1}
	if c.twice {
		p.runs = 2
	}
	err = linear.Run(t.Context(), e, linear.Options{In: p, Out: p, Getenv: w.Getenv, Now: w.Now, Zone: time.UTC})
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Error(err)
	}
	if n := strings.Count(p.said.String(), "1 clip is in line"); n != map[bool]int{false: 1, true: 2}[c.twice] {
		t.Errorf("%d jobs were made:\n%s", n, p.said.String())
	}
	return asked(p.said.String(), map[order.Kind]string{
		order.Retired: "is retired; the service may refuse it", order.UnknownPrice: "Nobody publishes this price", order.Dearer: "more than the",
		order.NotCovered: "it does not cover", order.AboveThreshold: "That is 1 clip", order.OverLimit: "spent today, this asks for", order.SameAgain: "The same was submitted as job",
	})
}

func byScreen(t *testing.T, w *story.World, c *wanted) []order.Kind {
	t.Helper()
	s := w.Start(120, 36)
	s.Until("PRACTICE")
	choose(s, c.words, "Text to video")
	write(s, boat)
	if c.twice {
		submit(s)
		s.UntilGone("In line:")
		s.Press("ctrl+r") // the seed that was drawn
		s.Settle()
	}
	s.Until("[ ctrl+g ]")
	s.Press("ctrl+g")
	titles := map[order.Kind]string{
		order.Retired: "Submit to a retired model?", order.Dearer: "It is dearer now", order.NotCovered: "The balance does not cover this",
		order.AboveThreshold: "Submit this clip for $", order.OverLimit: "Over your limit for a day?", order.SameAgain: "The same once more?",
		order.UnknownPrice: "Nobody publishes this price",
	}
	seen := map[order.Kind]bool{}
	for range 5 {
		screen := s.UntilScreen(func(screen string) bool {
			return strings.Contains(screen, "In line:") || strings.Contains(screen, "No, back to the form") || strings.Contains(screen, "The most it may cost")
		})
		for _, k := range asked(screen, titles) {
			seen[k] = true
		}
		if strings.Contains(screen, "In line:") {
			break
		}
		if strings.Contains(screen, "The most it may cost") {
			s.Type("1")
			s.Press("enter")
			s.UntilGone("The most it may cost")
			continue
		}
		s.Press("right", "enter")
		s.UntilGone("No, back to the form")
	}
	s.Until("In line:")
	var kinds []order.Kind
	for _, k := range asked(strings.Join(slices.Collect(maps.Values(titles)), " "), titles) {
		if seen[k] {
			kinds = append(kinds, k)
		}
	}
	return kinds
}

// A limit set by another process applies to a screen that is open already.
func TestALimitSetElsewhereHoldsAtOnce(t *testing.T) {
	t.Parallel()
	story.Bubble(t, func(t *testing.T, w *story.World) {
		w.Settings("[simulator]\nspeed = 1000\n")
		s := w.Start(120, 36)
		s.Until("PRACTICE")
		write(s, boat)
		if code, _, said := plain(t, w, "settings", "set", "daily_limit_usd", "0.01"); code != cli.ExitOK {
			t.Fatalf("setting it: %d %s", code, said)
		}
		s.Until("[ ctrl+g ]")
		s.Press("ctrl+g")
		s.Until("Over your limit for a day?", "$0.01")
		s.Press("enter")
		s.UntilGone("Over your limit for a day?")
		if n := len(history(t, s, "")); n != 0 {
			t.Errorf("a no made %d jobs", n)
		}
		if code, _, said := plain(t, w, "settings", "set", "daily_limit_usd", "7"); code != cli.ExitOK {
			t.Fatalf("setting it once more: %d %s", code, said)
		}
		s.Press("alt+,")
		s.Until("╭─ Settings", "$7 ")
	})
}
