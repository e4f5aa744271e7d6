package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"seedreel/client"
	"seedreel/state/job"
	"seedreel/state/services"
	"seedreel/state/store"
	"seedreel/ui/safe"
	"seedreel/views/words"
)

// Exit codes. They are part of the interface and never change their meaning;
// new ones are appended.
const (
	ExitOK           = 0
	ExitTrouble      = 1
	ExitUsage        = 2
	ExitInvalid      = 3
	ExitNoKey        = 4
	ExitNoFunds      = 5
	ExitModeration   = 6
	ExitFailed       = 7
	ExitTimedOut     = 8
	ExitUncertain    = 9
	ExitNotOffered   = 10
	ExitNotFound     = 11
	ExitUnreachable  = 12
	ExitNotConfirmed = 13
	ExitInterruption = 130
)

// exitCode is one line of the help topic.
type exitCode struct {
	code int
	kind string
	text string
}

// exitCodes returns all codes in order, as the help topic lists them.
func exitCodes() []exitCode {
	return []exitCode{
		{ExitOK, "ok", "everything went well"},
		{ExitTrouble, "trouble", "trouble of this machine: a file, the disk, the settings, a check of doctor"},
		{ExitUsage, "usage", "the command line makes no sense"},
		{ExitInvalid, "invalid", "the input is not valid, a file is of no use, or the same was submitted before"},
		{ExitNoKey, "no_key", "no key, or the service refused it"},
		{ExitNoFunds, "no_funds", "the balance or a limit does not cover it"},
		{ExitModeration, "moderation", "the content filter refused it"},
		{ExitFailed, "failed", "the service could not make the clip"},
		{ExitTimedOut, "timed_out", "the service gave up, or the time of --timeout is over"},
		{ExitUncertain, "uncertain", "sent, and no answer came: it may exist and may be billed"},
		{ExitNotOffered, "not_offered", "the service has no such thing"},
		{ExitNotFound, "not_found", "there is no such job or model"},
		{ExitUnreachable, "unreachable", "the service cannot be reached or asks to wait; nothing was bought"},
		{ExitNotConfirmed, "not_confirmed", "a question about the price or the model was not answered with yes"},
		{ExitInterruption, "interrupted", "interrupted; what was sent goes on at the service"},
	}
}

// exitTopic returns "help exit-codes".
func exitTopic() *cobra.Command {
	var b strings.Builder
	b.WriteString("Every command ends with one of these codes. With several jobs it is the highest of theirs.\n")
	for _, e := range exitCodes() {
		fmt.Fprintf(&b, "\n%4d  %s", e.code, e.text)
	}
	return &cobra.Command{Use: "exit-codes", Short: "What the exit codes mean", Long: b.String()}
}

// exitError carries an exit code through cobra.
type exitError struct {
	code  int
	text  string
	about about
}

// Error returns the text for standard error.
func (e *exitError) Error() string { return e.text }

func exit(code int, format string, a ...any) error {
	return &exitError{code: code, text: fmt.Sprintf(format, a...)}
}

// usage returns an error in a command line.
func usage(format string, a ...any) error {
	return exit(ExitUsage, "seedreel: "+format, a...)
}

// said returns the text of an error for a person, or "" if it was all written
// before.
func said(err error) string {
	if e, ok := errors.AsType[*exitError](err); ok {
		return string(safe.Lines(e.text))
	}
	if errors.Is(err, context.Canceled) {
		return ""
	}
	if e, ok := errors.AsType[*services.NoKeyError](err); ok {
		return string(noKey(e.Provider))
	}
	return string(words.Error(err))
}

// noKey returns which key is missing and how to set it.
func noKey(provider string) safe.String {
	return "No key for " + words.Service(provider) + ". seedreel key set " + safe.Line(provider) + " asks for it; --practice makes practice clips without one."
}

// code returns the exit code of an error.
func code(ctx context.Context, err error) int {
	switch e, ok := errors.AsType[*exitError](err); {
	case err == nil:
		return ExitOK
	case ok:
		return e.code
	case ctx.Err() != nil:
		return ExitInterruption
	}
	if _, ok := errors.AsType[*services.NoKeyError](err); ok {
		return ExitNoKey
	}
	if errors.Is(err, store.ErrNotFound) {
		return ExitNotFound
	}
	return codeOfKind(client.KindOf(err))
}

// codeOfKind returns the exit code for a service's answer.
func codeOfKind(k client.Kind) int {
	switch k {
	case client.KindUnauthorized:
		return ExitNoKey
	case client.KindNoFunds:
		return ExitNoFunds
	case client.KindInvalid:
		return ExitInvalid
	case client.KindModeration:
		return ExitModeration
	case client.KindUncertain:
		return ExitUncertain
	case client.KindNotFound:
		return ExitNotFound
	case client.KindRateLimited, client.KindUnavailable, client.KindNotSent:
		return ExitUnreachable
	case client.KindFailed:
		return ExitFailed
	case client.KindUnknown:
	}
	return ExitTrouble
}

// codeOf returns the exit code for the end of a job.
func codeOf(j *job.Job) int {
	if j.State == job.Uncertain {
		return ExitUncertain
	}
	if j.State != job.Failed {
		return ExitOK
	}
	switch j.Reason {
	case job.ReasonModeration:
		return ExitModeration
	case job.ReasonFunds:
		return ExitNoFunds
	case job.ReasonUnauthorized:
		return ExitNoKey
	case job.ReasonInvalid, job.ReasonFile:
		return ExitInvalid
	case job.ReasonTimedOut:
		return ExitTimedOut
	case job.ReasonNone, job.ReasonProvider, job.ReasonCanceled, job.ReasonExpired, job.ReasonGone, job.ReasonUnusable, job.ReasonNotSubmitted:
	}
	return ExitFailed
}
