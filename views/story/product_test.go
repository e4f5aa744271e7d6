package story_test

import (
	"strings"
	"testing"

	"seedreel/views/story"
)

// Alternatives in the prompt and in fields become a table, whole and priced,
// before anything is sent; rows can be left out, and one press orders the rest
// as takes of one shot.
func TestAProductIsATableBeforeItIsPaid(t *testing.T) {
	t.Parallel()
	w := story.New(t)
	s := w.Start(wide, high)
	write(s, "{dawn|noon|night} over a {calm|rough} sea")
	s.Until("6 clips for $0.48")
	s.Press("tab", "tab", "alt+a")
	s.Until("Alternatives of Duration")
	s.Type("5,8x")
	s.Press("enter")
	s.UntilScreen(func(screen string) bool { return strings.Contains(screen, "8x") })
	s.Press("backspace", "enter")
	s.Until("12 clips for $1.248", "each of 5,8")
	s.Press("ctrl+g")
	s.Until("Before it is paid", "12 combinations", "dawn over a calm sea", "8 s", "enter submit 12 clips")
	s.Press("space")
	s.Until("left out", "enter submit 11 clips")
	s.Press("down", "down", "space")
	s.Until("10 clips for $1.088")
	if tasks := w.Tasks(); len(tasks) > 0 {
		t.Fatalf("%d were sent before it was agreed to", len(tasks))
	}
	s.Press("enter")
	s.Until("Submit 10 clips for $1.088?", "10 clips in 10 rows") // one question for all
	s.Press("right", "enter")
	s.Until("In line: 10 clips.", "shot 1, 10 takes")
	prompts := map[string]int{}
	for _, j := range theReel(t, s).Shots[0].Takes {
		prompts[j.Prompt]++
	}
	if len(prompts) != 6 || prompts["dawn over a calm sea"] != 1 || prompts["night over a rough sea"] != 2 {
		t.Errorf("ordered were %v", prompts)
	}
}

// Braces that are no alternatives are said while they are typed, and send
// nothing; doubled ones are text.
func TestBracesAreCheckedWhileTheyAreTyped(t *testing.T) {
	t.Parallel()
	for prompt, want := range map[string]string{
		"a {lake":                        "a { without its }; for a brace in the text write {{",
		"a lake}":                        "a } without its {",
		"a {lake|} at dawn":              "an empty place in {...}",
		strings.Repeat("{a|b|c|d} ", 10): "more than a million clips",
	} {
		t.Run(prompt, func(t *testing.T) {
			t.Parallel()
			w := story.New(t)
			s := w.Start(200, 50)
			s.Paste(prompt)
			s.Until(want)
			s.Press("ctrl+g")
			s.Until("Not submitted. 1 problem to fix first.")
			if tasks := w.Tasks(); len(tasks) > 0 {
				t.Errorf("it sent %+v", tasks)
			}
		})
	}
	w := story.New(t)
	s := w.Start(wide, high)
	write(s, "a sign says {{open}}")
	submit(s)
	s.Until("shot 1, 1 take")
	if j := theReel(t, s).Shots[0].Takes[0]; j.Prompt != "a sign says {open}" {
		t.Errorf("it sent %q", j.Prompt)
	}
	// Back in the form it is the same.
	s.Press("alt+2")
	s.Until("✓ saved") // so the list has it
	s.Press("r")
	s.Until("Back in the form", "{{open}}")
}

// With the mouse on, a click on the sign of a row leaves it out, one beside it
// selects it, and one in the footer orders the rest.
func TestAProductAnswersClicks(t *testing.T) {
	t.Parallel()
	w := story.New(t)
	w.Settings("mouse = true\n[simulator]\nspeed = 1000\n")
	s := w.Start(wide, high)
	write(s, "{dawn|noon} over a {calm|rough} sea")
	s.Until("4 clips for $0.32")
	s.Press("ctrl+g")
	s.Until("Before it is paid", "enter submit 4 clips")
	click(t, s, "✓ 2  dawn over a rough sea")
	s.Until("– 2", "enter submit 3 clips")
	click(t, s, "noon over a calm sea")
	s.Until("▸ ✓ 3")
	click(t, s, "noon over a calm sea")
	s.Until("– 3", "enter submit 2 clips")
	click(t, s, "enter submit 2 clips")
	s.UntilScreen(func(screen string) bool { return !strings.Contains(screen, "Before it is paid") })
	if takes := theReel(t, s).Shots[0].Takes; len(takes) != 2 {
		t.Errorf("%d were ordered", len(takes))
	}
}
