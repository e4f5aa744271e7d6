package store

import (
	"slices"
	"testing"
)

func TestAFilterIsCompletedAsItIsTyped(t *testing.T) {
	t.Parallel()
	known := map[string][]string{"label": {"dawn", "dusk"}, "reel": {"Harbour trailer"}, "saved": {"keepers"}}
	for line, want := range map[string][]string{
		"ra":             {"rating:", "ratio:"},
		"fox ra":         {"fox rating:", "fox ratio:"},
		"fox is:":        {"fox is:pick", "fox is:rejected", "fox is:final", "fox is:continued"},
		"is:p":           {"is:pick"},
		"is:pick":        {},
		"IS:P":           {"is:pick"},
		"label:d fox":    {},
		"label:d":        {"label:dawn", "label:dusk"},
		"reel:harb":      {`reel:"Harbour trailer"`},
		`reel:"harb`:     {`reel:"Harbour trailer"`},
		`shot:"a b" lab`: {`shot:"a b" label:`},
		"saved:":         {"saved:keepers"},
		"practice:":      {"practice:yes", "practice:no"},
		"stat":           {"status:"},
		"zz":             {},
		"zz:":            {},
	} {
		got := []string{}
		for _, c := range Complete(line, known) {
			got = append(got, c.Line)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q becomes %q, want %q", line, got, want)
		}
	}
	if got := Complete("fox ", nil); len(got) != len(FilterNames())-1 {
		t.Errorf("after a space there are %d", len(got))
	}
}
