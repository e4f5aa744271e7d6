package cli

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"seedreel/client"
	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/services"
	"seedreel/state/settings"
)

// TestFaults checks what a program learns of an error.
func TestFaults(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		err  error
		want fault
	}{
		{badValue("days", "0", "1 or more"), fault{Code: ExitUsage, Kind: "usage", Field: "days", Want: "1 or more"}},
		{usage("--jq: it is odd; give another"), fault{Code: ExitUsage, Kind: "usage", Field: "jq", Want: "give another"}},
		{exit(ExitInvalid, "model: %q is unknown", "x"), fault{Code: ExitInvalid, Kind: "invalid", Field: "model"}},
		{exit(ExitTrouble, "/tmp/x: no such file"), fault{Code: ExitTrouble, Kind: "trouble"}},
		{invalid([]catalogue.FieldError{{Role: catalogue.RoleDuration, Text: "99 s is outside 2 to 12 s"}}), fault{Code: ExitInvalid, Kind: "invalid", Field: "duration", Want: "2 to 12 s"}},
		{invalid([]catalogue.FieldError{{Role: catalogue.RoleDuration, Text: "1 s is below 2 s"}}), fault{Code: ExitInvalid, Kind: "invalid", Field: "duration", Want: "at least 2 s"}},
		{&services.NoKeyError{Provider: "wavespeed"}, fault{Code: ExitNoKey, Kind: "no_key", Field: "WAVESPEED_API_KEY", Want: "seedreel key set wavespeed"}},
		{&settings.Error{Key: "theme", Problem: "must be one of a, b"}, fault{Code: ExitTrouble, Kind: "trouble", Field: "theme", Want: "one of a, b"}},
		{&client.Error{Kind: client.KindNoFunds, Provider: "wavespeed"}, fault{Code: ExitNoFunds, Kind: "no_funds"}},
		{ofJob("abc", exit(ExitFailed, "It broke.")), fault{Code: ExitFailed, Kind: "failed", Job: "abc"}},
		{failure(&job.Job{ID: "abc", State: job.Failed, Reason: job.ReasonModeration}), fault{Code: ExitModeration, Kind: "moderation", Job: "abc"}},
	} {
		got := faultOf(t.Context(), tc.err, said(tc.err))
		if got.Message == "" || strings.Contains(got.Message, "seedreel: ") {
			t.Errorf("%v: the message is %q", tc.err, got.Message)
		}
		got.Message, got.Errors = "", nil
		if fmt.Sprint(got) != fmt.Sprint(tc.want) {
			t.Errorf("%v:\n%+v, want\n%+v", tc.err, got, tc.want)
		}
	}
	if err := ofJob("abc", errors.New("x")); err.Error() != "x" {
		t.Error("other errors stay as they are")
	}
}

// TestEveryCommandTakesTheFlagsForPrograms checks that no command refuses them.
func TestEveryCommandTakesTheFlagsForPrograms(t *testing.T) {
	t.Parallel()
	c := &commands{o: options(func(string) string { return "" }, time.Now)}
	var look func(cmd *cobra.Command)
	look = func(cmd *cobra.Command) {
		for _, flag := range []string{"json", "jq", "fields", "quiet"} {
			if cmd.InheritedFlags().Lookup(flag) == nil && cmd.LocalFlags().Lookup(flag) == nil {
				t.Errorf("%s has no --%s", cmd.CommandPath(), flag)
			}
		}
		for _, sub := range cmd.Commands() {
			look(sub)
		}
	}
	look(c.root())
}

// TestFlagsForProgramsAreReadFirst checks that errors in flags are JSON where
// it is asked for.
func TestFlagsForProgramsAreReadFirst(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]bool{
		"jobs --json": true, "jobs --json=true": true, "jobs --json=false": false, "jobs --jq .id": true, "jobs --fields=id": true,
		"jobs": false, "note x -- --json": false, "history json": false,
	} {
		if got := wantsJSON(strings.Fields(in)); got != want {
			t.Errorf("%s: %v", in, got)
		}
	}
}
