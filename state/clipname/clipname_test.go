package clipname

import (
	"strings"
	"testing"
	"time"

	"seedreel/state/job"
)

func TestStem(t *testing.T) {
	t.Parallel()
	seed := int64(42)
	r := &job.Record{ID: "k3x7a2mq5rtb", Prompt: "A lake: dawn / ../etc", Seed: &seed, Model: "bytedance/x", CreatedAt: time.Date(2026, 3, 14, 23, 30, 0, 0, time.UTC)}
	value := func(field string) string {
		switch field {
		case "reel":
			return "Harbour"
		case "shot":
			return "3"
		}
		return Value(r, field, time.FixedZone("", 3600))
	}
	for template, want := range map[string]string{
		"{reel}-{shot:02}-{take}-{seed}.{ext}": "harbour-03-42",
		"{date}_{prompt}":                      "20260315_a-lake-dawn-etc",
		"{prompt:6} {id}":                      "a-lake k3x7a2mq5rtb",
		"{{{shot}}}":                           "x", // braces are in no name
		"{label}":                              "take-k3x7a2mq5rtb",
		"con":                                  "x-con",
	} {
		tmpl, err := Parse(template, Fields())
		if want == "x" {
			if err == nil && strings.ContainsAny(tmpl.Stem(value, r.ID), "/\\") {
				t.Errorf("%q makes a path", template)
			}
			continue
		}
		if err != nil {
			t.Errorf("%q: %v", template, err)
			continue
		}
		if got := tmpl.Stem(value, r.ID); got != want {
			t.Errorf("%q is %q, want %q", template, got, want)
		}
	}
	for _, bad := range []string{"", " ", "{nosuch}", "{shot", "shot}", "a/b", "{shot:x}", "{shot:99}"} {
		if _, err := Parse(bad, Fields()); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}
