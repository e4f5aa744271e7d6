package cli

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/services"
	"seedreel/state/settings"
	"seedreel/views/words"
)

// fault is an error as JSON, one object on standard error.
type fault struct {
	Code    int       `json:"code"`
	Kind    string    `json:"kind"`
	Field   string    `json:"field,omitempty"`
	Message string    `json:"message"`
	Want    string    `json:"want,omitempty"`
	Job     string    `json:"job,omitempty"`
	Errors  []problem `json:"errors,omitempty"`
}

// about is what a program wants to know of an error beside its text.
type about struct {
	field, want, job string
	errors           []problem
}

// exitAbout is like exit, with what the error is about.
func exitAbout(code int, a about, text string) error {
	return &exitError{code: code, text: text, about: a}
}

// badValue is the usage error of a flag with a value that it cannot have.
func badValue(flag, value, want string) error {
	return exitAbout(ExitUsage, about{field: flag, want: want}, "seedreel: --"+flag+" is "+value+"; it must be "+want)
}

// wantsJSON reports whether a command line asks for JSON. The arguments are
// read before the flags are: an error in them is written as JSON, too.
func wantsJSON(args []string) bool {
	for _, a := range args {
		name, value, given := strings.Cut(a, "=")
		switch {
		case a == "--":
			return false
		case name == "--json" && (!given || value == "true" || value == "1"), name == "--jq", name == "--fields":
			return true
		}
	}
	return false
}

// report writes an error to standard error, unless it was written before: for a
// person, or as one JSON object.
func (c *commands) report(ctx context.Context, err error) {
	text := said(err)
	if c.json {
		if x, ok := errors.AsType[*exitError](err); ok && text == "" && x.code != ExitInterruption {
			return
		}
		if text == "" {
			text = "interrupted"
		}
		// Nothing is left to report it to.
		_ = c.emit(c.o.Err, faultOf(ctx, err, text))
		return
	}
	if text != "" {
		c.always("%s", text)
	}
}

// faultOf returns an error as JSON. The texts of this program give what is
// wrong first and, after a semicolon, what would be right.
func faultOf(ctx context.Context, err error, text string) fault {
	text = strings.TrimPrefix(strings.TrimSpace(text), "seedreel: ")
	f := fault{Code: code(ctx, err), Message: text}
	f.Kind = kindOfCode(f.Code)
	f.Want = wantOf(text)
	if name, _, ok := strings.Cut(text, ": "); ok && (f.Code == ExitInvalid || f.Code == ExitUsage || f.Code == ExitNotFound) && !strings.ContainsAny(name, " \"/") {
		f.Field = strings.TrimLeft(name, "-")
	}
	if e, ok := errors.AsType[*services.NoKeyError](err); ok {
		f.Field, f.Want = settings.KeyVar(e.Provider), "seedreel key set "+e.Provider
	}
	if e, ok := errors.AsType[*settings.Error](err); ok {
		f.Field, f.Want = e.Key, wantOf(e.Problem)
	}
	x, ok := errors.AsType[*exitError](err)
	if !ok {
		return f
	}
	f.Job = x.about.job
	f.Field = cmp.Or(x.about.field, f.Field)
	f.Want = cmp.Or(x.about.want, f.Want)
	if len(x.about.errors) > 1 {
		f.Errors = x.about.errors
	}
	return f
}

// wantOf returns what would be right, as the texts of this program put it:
// as what was probably meant, after a semicolon, or as the bound that a value is
// outside of.
func wantOf(text string) string {
	if _, near, ok := strings.Cut(text, "did you mean "); ok {
		near, _, _ = strings.Cut(near, "?")
		return near
	}
	if _, want, ok := strings.Cut(text, "must be "); ok {
		return want
	}
	if _, want, ok := strings.Cut(text, "; "); ok {
		return strings.TrimPrefix(strings.TrimSuffix(want, "."), "nearest are ")
	}
	for _, w := range [][2]string{{" is outside ", ""}, {" is below ", "at least "}, {" is above ", "at most "}} {
		if _, want, ok := strings.Cut(text, w[0]); ok {
			return w[1] + want
		}
	}
	return ""
}

// invalid lists the errors, one field a line.
func invalid(errs []catalogue.FieldError) error {
	lines := make([]string, len(errs))
	a := about{errors: make([]problem, len(errs))}
	for i, x := range errs {
		lines[i] = x.Error()
		a.errors[i] = problem{Field: flagName(x.Role), Message: x.Text}
	}
	if len(errs) > 0 {
		a.field, a.want = flagName(errs[0].Role), wantOf(errs[0].Text)
	}
	return exitAbout(ExitInvalid, a, strings.Join(lines, "\n"))
}

// failure returns why a job has no clip, or nil.
func failure(j *job.Job) error {
	n := codeOf(j)
	if n == ExitOK {
		return nil
	}
	return exitAbout(n, about{job: j.ID}, "Job "+j.ID+": "+string(words.What(j)))
}

// ofJob adds a job to an error that does not name one.
func ofJob(id string, err error) error {
	x, ok := errors.AsType[*exitError](err)
	if !ok || x.about.job != "" || x.text == "" {
		return err
	}
	y := *x
	y.about.job = id
	return &y
}

// kindOfCode returns the word for an exit code.
func kindOfCode(code int) string {
	all := exitCodes()
	if i := slices.IndexFunc(all, func(e exitCode) bool { return e.code == code }); i >= 0 {
		return all[i].kind
	}
	return "trouble"
}

// kinds returns the words for all exit codes but that of success.
func kinds() string {
	var out []string
	for _, e := range exitCodes()[1:] {
		out = append(out, e.kind)
	}
	return strings.Join(out, " ")
}
