package words

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/dustin/go-humanize/english"

	"seedreel/client"
	"seedreel/client/find"
	"seedreel/state/job"
	"seedreel/state/store"
	"seedreel/ui/keys"
	"seedreel/ui/safe"
	"seedreel/views/keymap"
)

// What returns what went wrong with a job that failed or needs a decision, ""
// for all others.
func What(j *job.Job) safe.String {
	if j.State == job.Uncertain {
		return uncertain(j)
	}
	if j.State != job.Failed {
		return ""
	}
	what := failure(j)
	if j.ErrorText != "" {
		what += ": " + safe.Line(j.ErrorText)
	}
	if j.ErrorCode != "" {
		what += " [" + safe.Line(j.ErrorCode) + "]"
	}
	return what
}

// Trouble returns why an open job does not get on, since when, and when it is
// tried again; it is "" if nothing is wrong. clock formats a time.
func Trouble(j *job.Job, clock func(time.Time) string) safe.String {
	if !j.Troubled() {
		return ""
	}
	var parts []string
	add := func(label string, t time.Time) {
		if !t.IsZero() {
			parts = append(parts, label+clock(t))
		}
	}
	if j.Fails > 1 {
		parts = append(parts, english.Plural(j.Fails, "try", "tries"))
	}
	add("since ", j.Since)
	add("next ", j.NextAt)
	why := Reason(j)
	if len(parts) > 0 {
		why += " (" + safe.Line(strings.Join(parts, ", ")) + ")"
	}
	return why
}

// Reason returns why an open job does not get on, or "".
func Reason(j *job.Job) safe.String {
	switch {
	case !j.Troubled():
		return ""
	case (j.Waiting == job.WaitKey || j.Waiting == job.WaitAccount) && j.ErrorText != "":
		return safe.Line(j.ErrorText)
	case j.Waiting != "":
		return Waiting(j.Waiting)
	case j.ErrorText != "":
		return safe.Line(j.ErrorText)
	}
	return "trying again"
}

// Next returns what can be done about it on a screen, with the keys of the map;
// it is "" if What is.
func Next(j *job.Job, k *keymap.Map) safe.String {
	switch j.State {
	case job.Uncertain:
		twice := safe.String(" sends again and may pay twice, ")
		if j.Practice {
			twice = " sends again and may make two, "
		}
		look := safe.String(" looks for it, ")
		if len(j.Lookup.Candidates) > 0 {
			look = " shows what may be it, "
		}
		return keyOf(k.Jobs.Look) + look + keyOf(k.Jobs.Resend) + twice + keyOf(k.Jobs.Drop) + " drops it."
	case job.Failed:
		then := next(j, keyOf(k.Jobs.Reuse), keyOf(k.Form.Seed))
		if j.CanAskAgain() {
			then = keyOf(k.Jobs.Look) + " asks the service again, at no cost. " + then
		}
		return then
	case job.Submitted, job.Running, job.Completed:
		if j.CanAskHere() {
			return keyOf(k.Jobs.Look) + " asks with the key in use now, if that is a new one of the same account."
		}
	case job.Queued, job.Uploading, job.Submitting, job.Saved:
	}
	return ""
}

func keyOf(b keys.Binding) safe.String { return safe.Line(b.Help().Key) }

func uncertain(j *job.Job) safe.String {
	what := safe.String("Sent, and no answer came. It may have been made")
	if said, ok := j.Answer(); ok {
		what = "Sent, and the answer has no id: " + safe.Line(strings.TrimRight(said, ".")) + ". It may have been made"
	}
	switch {
	case j.Practice:
		what += "; practice costs nothing"
	case j.Estimate != nil:
		what += " and charged (" + safe.Line(j.Estimate.String()) + ")"
	}
	what += "."
	if search := Search(j); search != "" {
		what += " " + search
	}
	return what
}

// Search returns what the search for a lost request has shown so far, "" if
// the service was not searched.
func Search(j *job.Job) safe.String {
	l := &j.Lookup
	switch {
	case l.Trouble != "":
		return "The last search failed: " + safe.Line(strings.TrimSuffix(l.Trouble, ".")) + "."
	case l.At.IsZero():
		return ""
	case len(l.Candidates) == 1:
		return "The service has a clip that may be it."
	case len(l.Candidates) > 1:
		return safe.Line(fmt.Sprintf("The service has %d clips that may be it.", len(l.Candidates)))
	case l.Absent:
		return "Not found so far; one more look decides."
	}
	found := "Not found so far: " + doubt(l.Doubt)
	if j.NextAt.IsZero() {
		found += ". It is no longer looked for by itself"
	}
	return found + "."
}

// doubt returns why a search that finds nothing proves nothing.
func doubt(d find.Doubt) safe.String {
	switch d {
	case find.DoubtClock:
		return "the service's time of the request is not known"
	case find.DoubtLag:
		return "the service's list shows nothing later yet"
	case find.DoubtUnread:
		return "a part of the service's list cannot be read"
	case find.DoubtTokens:
		return "the service's log does not show whose requests it lists"
	case find.DoubtAge:
		return "it is older than the service's list"
	}
	return "it was sent too recently"
}

func failure(j *job.Job) safe.String {
	switch j.Reason {
	case job.ReasonModeration:
		what, _ := moderation(j)
		return what
	case job.ReasonInvalid:
		return "The service refused the request"
	case job.ReasonFunds:
		return "The balance does not cover it"
	case job.ReasonUnauthorized:
		return "The service " + denied(j.ErrorCode, j.ErrorText)
	case job.ReasonTimedOut:
		return "The service gave up"
	case job.ReasonCanceled:
		return "Canceled"
	case job.ReasonExpired:
		return "The link ran out before the clip was saved"
	case job.ReasonGone:
		return "The service no longer knows it"
	case job.ReasonUnusable:
		return "It was accepted, but no whole clip came"
	case job.ReasonNotSubmitted:
		return "It never reached the service"
	case job.ReasonFile:
		return "A file could not be used"
	case job.ReasonProvider, job.ReasonNone:
	}
	return "The service could not make it"
}

// next returns what can be done about a failure; again is the key that takes a
// job back into the form, seed the one that keeps its seed there.
func next(j *job.Job, again, seed safe.String) safe.String {
	back := again + " takes it back into the form"
	switch j.Reason {
	case job.ReasonModeration:
		_, mend := moderation(j)
		return "Nothing is charged. " + back + ": " + mend
	case job.ReasonInvalid, job.ReasonNotSubmitted, job.ReasonFile:
		return "Nothing is charged. " + back + "."
	case job.ReasonFunds:
		return "Nothing is charged. Top up the account, then " + again + " and submit again."
	case job.ReasonUnauthorized:
		return "Nothing is charged. Check the key in settings, then " + again + " and submit again."
	case job.ReasonTimedOut:
		return "The service refunds it by itself. " + back + "."
	case job.ReasonGone:
		return "It may be known under another key, or later. " + back + "."
	case job.ReasonCanceled:
		return back + "."
	case job.ReasonExpired:
		return "The clip is lost at the service. " + back + "; " + seed + " there keeps its seed."
	case job.ReasonUnusable:
		return "It may have been charged. Ask the service with its id; " + back + ", " + seed + " there keeps its seed."
	case job.ReasonProvider, job.ReasonNone:
	}
	return "Failed jobs are not charged. " + back + "."
}

// moderation returns what the content filter refused, if the service reports
// that, and what may help.
func moderation(j *job.Job) (what, mend safe.String) {
	what = "The content filter refused "
	part, _ := client.Moderated(j.ErrorCode, j.ErrorText)
	switch part {
	case client.PartPrompt:
		return what + "the prompt", "change the words."
	case client.PartImage:
		return what + "an image", "take another image; one of a real person is often refused."
	case client.PartVideo, client.PartSound:
		return what + "the " + safe.Line(string(part)) + " given", "take another one."
	case client.PartClip:
		return what + "the clip that was made", "change the words or the image; another seed may pass, too."
	case client.PartClipSound:
		return what + "the sound of the clip", "the sound is off there, to go again without."
	case client.PartUnknown:
	}
	return what + "it", "change the words or the image."
}

// Error returns any error in a person's words, by what has to happen next.
func Error(err error) safe.String {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*client.Error](err); ok {
		return service(e)
	}
	switch {
	case store.Busy(err):
		return "The history is locked by another program, such as a backup or a database tool: close that and try again. Nothing is lost."
	case store.Damaged(err):
		return "The history is damaged: seedreel doctor --repair keeps a copy and brings back what it can."
	case errors.Is(err, fs.ErrPermission):
		return "No permission: " + safe.Line(err.Error())
	case errors.Is(err, fs.ErrNotExist):
		return "Not found: " + safe.Line(err.Error())
	}
	return safe.Line(err.Error())
}

// Sentence returns the text of an error as a sentence of its own: with a
// capital and a full stop.
func Sentence(err error) safe.String {
	s := string(safe.Line(err.Error()))
	if s == "" {
		return ""
	}
	first, n := utf8.DecodeRuneInString(s)
	return safe.Line(string(unicode.ToUpper(first)) + strings.TrimSuffix(s[n:], ".") + ".")
}

// opSubmit is the name of a submit in the errors of both services' packages.
const opSubmit = "submitting"

func service(e *client.Error) safe.String {
	s := Service(e.Provider) + " "
	switch e.Kind {
	case client.KindInvalid:
		s += "refused the request"
	case client.KindUnauthorized:
		s += denied(e.Code, e.Message)
	case client.KindNoFunds:
		s += "says the balance does not cover this"
	case client.KindModeration:
		s += "refused the content"
	case client.KindNotFound:
		s += "does not know this model or job"
	case client.KindRateLimited:
		s += "asks to wait"
	case client.KindNotSent:
		s += "could not be reached"
		if e.Op == opSubmit {
			s += "; nothing was sent"
		}
	case client.KindUncertain:
		s += "gave no answer; the job may exist"
		if e.Status/100 == 2 && e.Message != "" {
			s = Service(e.Provider) + " answered without an id; the job may exist"
		}
	case client.KindFailed:
		s += "could not make the clip"
	case client.KindUnavailable, client.KindUnknown:
		if e.Odd() {
			return Service(e.Provider) + " has a bill with " + safe.Line(strings.ReplaceAll(e.Err.Error(), "\n", "; "))
		}
		s += "is not available now"
		if c, ok := errors.AsType[*client.CurrencyError](e.Err); ok {
			return Service(e.Provider) + " has the account in " + safe.Line(c.Currency) + "; amounts here are in dollars"
		}
	}
	if e.Message != "" {
		s += ": " + safe.Line(e.Message)
	}
	return s
}
