package words

import (
	"errors"
	"io/fs"
	"strings"
	"unicode"
	"unicode/utf8"

	"seedreel/client"
	"seedreel/state/job"
	"seedreel/ui/safe"
)

// Advice is what went wrong with a job and what to do next, one sentence each.
type Advice struct {
	What safe.String
	Next safe.String
}

// Of explains a job that failed or needs a decision; empty for all others.
func Of(j *job.Job) Advice {
	if j.State == job.Uncertain {
		return uncertain(j)
	}
	if j.State != job.Failed {
		return Advice{}
	}
	a := failure(j)
	if j.ErrorText != "" {
		a.What += ": " + safe.Line(j.ErrorText)
	}
	if j.ErrorCode != "" {
		a.What += " [" + safe.Line(j.ErrorCode) + "]"
	}
	return a
}

func uncertain(j *job.Job) Advice {
	a := Advice{What: "Sent, and no answer came. It may have been made", Next: "l looks for it, s sends again and may pay twice, d drops it."}
	if j.Practice {
		return Advice{What: a.What + "; practice costs nothing.", Next: "l looks for it, s sends again and may make two, d drops it."}
	}
	if j.Estimate != nil {
		a.What += " and charged (" + safe.Line(j.Estimate.String()) + ")"
	}
	a.What += "."
	return a
}

func failure(j *job.Job) Advice {
	switch j.Reason {
	case job.ReasonModeration:
		return moderation(j)
	case job.ReasonInvalid:
		return Advice{"The service refused the request", "Nothing is charged. r takes it back into the form."}
	case job.ReasonFunds:
		return Advice{"The balance does not cover it", "Nothing is charged. Top up the account, then r and submit again."}
	case job.ReasonUnauthorized:
		return Advice{"The service refused the key", "Nothing is charged. Check the key in settings, then r and submit again."}
	case job.ReasonTimedOut:
		return Advice{"The service gave up", "The service refunds it by itself. r takes it back into the form."}
	case job.ReasonCanceled:
		return Advice{"Canceled", "r takes it back into the form."}
	case job.ReasonExpired:
		return Advice{"The link ran out before the clip was saved", "The clip is lost at the service. r takes it back into the form; ctrl+r there keeps its seed."}
	case job.ReasonGone:
		return Advice{"The service no longer knows it", "r takes it back into the form."}
	case job.ReasonNotSubmitted:
		return Advice{"It never reached the service", "Nothing is charged. r takes it back into the form."}
	case job.ReasonFile:
		return Advice{"A file could not be used", "Nothing is charged. r takes it back into the form."}
	case job.ReasonProvider, job.ReasonNone:
	}
	return Advice{"The service could not make it", "Failed jobs are not charged. r takes it back into the form."}
}

// moderation names what the content filter refused, where the service says so.
func moderation(j *job.Job) Advice {
	const what, next = "The content filter refused ", "Nothing is charged. r takes it back into the form: "
	part, _ := client.Moderated(j.ErrorCode, j.ErrorText)
	switch part {
	case client.PartPrompt:
		return Advice{what + "the prompt", next + "change the words."}
	case client.PartImage:
		return Advice{what + "an image", next + "take another image; one of a real person is often refused."}
	case client.PartVideo, client.PartSound:
		return Advice{what + "the " + safe.Line(string(part)) + " given", next + "take another one."}
	case client.PartClip:
		return Advice{what + "the clip that was made", next + "change the words or the image; another seed may pass, too."}
	case client.PartClipSound:
		return Advice{what + "the sound of the clip", "Nothing is charged. r takes it back into the form with the sound off, to go again without."}
	case client.PartUnknown:
	}
	return Advice{what + "it", next + "change the words or the image."}
}

// Error is any error in a person's words, by what has to happen next.
func Error(err error) safe.String {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*client.Error](err); ok {
		return service(e)
	}
	switch {
	case errors.Is(err, fs.ErrPermission):
		return "No permission: " + safe.Line(err.Error())
	case errors.Is(err, fs.ErrNotExist):
		return "Not found: " + safe.Line(err.Error())
	}
	return safe.Line(err.Error())
}

// Sentence is what the floors below say of an error, as a sentence of its own:
// with a capital and a full stop.
func Sentence(err error) safe.String {
	s := string(safe.Line(err.Error()))
	if s == "" {
		return ""
	}
	first, n := utf8.DecodeRuneInString(s)
	return safe.Line(string(unicode.ToUpper(first)) + strings.TrimSuffix(s[n:], ".") + ".")
}

// opSubmit is what both services' packages call a submit in their errors.
const opSubmit = "submitting"

func service(e *client.Error) safe.String {
	s := Service(e.Provider) + " "
	switch e.Kind {
	case client.KindInvalid:
		s += "refused the request"
	case client.KindUnauthorized:
		s += "refused the key"
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
	case client.KindFailed:
		s += "could not make the clip"
	case client.KindUnavailable, client.KindUnknown:
		s += "is not available now"
	}
	if e.Message != "" {
		s += ": " + safe.Line(e.Message)
	}
	return s
}
