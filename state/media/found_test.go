//go:build !windows

package media

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestFound(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, n := range []string{
		"Screenshot 2026-11-27 at 3.32.16\u202fPM.png", "cafe\u0301.png", "Don\u2019t.png", "a\u00a0b.png", "a\u2009b.png",
		"wide\uff11.png", "zero\u200bwidth.png", "long \u2014 dash.png", "plain.png", "two  blanks.png", "Case.png",
	} {
		if err := os.WriteFile(filepath.Join(dir, n), samples(t)["png"], 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(os.Mkdir(filepath.Join(dir, "my\u202ffolder"), 0o700),
		os.WriteFile(filepath.Join(dir, "my\u202ffolder", "x\u00a0y.png"), samples(t)["png"], 0o600),
		os.Symlink("nowhere", filepath.Join(dir, "dangling.png"))); err != nil {
		t.Fatal(err)
	}
	for given, want := range map[string]string{
		"Screenshot 2026-11-27 at 3.32.16 PM.png": "Screenshot 2026-11-27 at 3.32.16\u202fPM.png",
		"caf\u00e9.png":     "cafe\u0301.png",
		"Don't.png":         "Don\u2019t.png",
		"wide1.png":         "wide\uff11.png",
		"zerowidth.png":     "zero\u200bwidth.png",
		"long - dash.png":   "long \u2014 dash.png",
		"two blanks.png":    "two  blanks.png",
		"my folder/x y.png": "my\u202ffolder/x\u00a0y.png",
		"plain.png":         "plain.png",
		"dangling.png":      "dangling.png",
	} {
		got, err := Found(filepath.Join(dir, given))
		if err != nil || got != filepath.Join(dir, want) {
			t.Errorf("%q: %q %v, want %q", given, got, err, want)
		}
		if given == "dangling.png" {
			continue
		}
		f, err := Look(filepath.Join(dir, given), "")
		if err != nil || f.Width == 0 || f.Item != filepath.Join(dir, given) || (f.Path != "") != (given != want) {
			t.Errorf("%q: Look: %+v %v", given, f, err)
		}
		if f, err := File(filepath.Join(dir, given)); err != nil || f.Size == 0 {
			t.Errorf("%q: File: %v", given, err)
		}
	}
	_, err := Found(filepath.Join(dir, "a b.png"))
	if e, ok := errors.AsType[*Error](err); !ok || len(e.Alike) != 2 || !strings.Contains(e.Text, `"a\u00A0b.png" or "a\u2009b.png"`) {
		t.Errorf("two files alike: %v", err)
	}
	for _, gone := range []string{"case.png", "none.png", "no/such/folder.png", "plain.png/x.png"} {
		if got, err := Found(filepath.Join(dir, gone)); ProblemOf(err) != Missing && gone != "plain.png/x.png" {
			t.Errorf("%q: %q %v", gone, got, err)
		}
	}
}
