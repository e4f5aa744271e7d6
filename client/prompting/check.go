package prompting

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"seedreel/client/catalogue"
)

// most bounds how much of a prompt is checked, in bytes: pasted books are not
// prompts, and the check runs with every key press.
const most = 8000

// Finding is one piece of advice.
type Finding struct {
	// Rule is the name of the rule.
	Rule string
	// Words are what was found in the prompt, "" if it is about the whole.
	Words string
	// Why is what a person should know, as a clause.
	Why string
	// Fix is what Fixed does, as in "frees the camera"; "" if there is nothing
	// to be done at once.
	Fix   string
	fixed catalogue.Values
}

// Fixed returns the values with the advice followed, nil without a Fix.
func (f *Finding) Fixed() catalogue.Values { return f.fixed.Clone() }

// Check returns the advice on the values that a model would get, the most
// important first. look may be nil; then nothing is known about images.
func (rs *Rules) Check(m *catalogue.Model, v catalogue.Values, look catalogue.Inspect) []Finding {
	if rs == nil || v.Text(catalogue.RolePrompt) == "" {
		return nil
	}
	var out []Finding
	for i := range rs.list {
		r := &rs.list[i]
		if !r.applies(m, v, look) {
			continue
		}
		if f, ok := r.check(m, v); ok {
			out = append(out, f)
		}
	}
	return out
}

// match is where a rule found something in a prompt.
type match struct {
	prompt   string
	from, to int
	// groups are the texts that the groups of the expression caught.
	groups []string
	// n is the number of matches.
	n int
}

// check returns what the rule finds.
func (r *rule) check(m *catalogue.Model, v catalogue.Values) (Finding, bool) {
	x := match{prompt: v.Text(catalogue.RolePrompt)}
	switch length := utf8.RuneCountInString(x.prompt); {
	case r.Longer > 0 && length <= r.Longer:
		return Finding{}, false
	case r.find == nil:
	case !r.search(&x, v):
		return Finding{}, false
	}
	f := Finding{Rule: r.Name, Words: strings.TrimSpace(x.prompt[x.from:x.to])}
	var value string
	does := r.Fix.Does
	f.fixed, value = r.fixes(&x, m, v)
	if value == "" && r.Fix.Otherwise != "" {
		does = r.Fix.Otherwise
	}
	f.Why = r.words(r.Why, &x, &f, m, v, value)
	if f.fixed != nil {
		f.Fix = r.words(does, &x, &f, m, v, value)
	}
	return f, true
}

// search finds what the rule looks for.
func (r *rule) search(x *match, v catalogue.Values) bool {
	text := x.prompt
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "")
	}
	var all [][]int
	if r.possible(text) {
		all = r.find.FindAllStringSubmatchIndex(text, -1)
	}
	if r.Missing {
		return len(all) == 0
	}
	if r.Images {
		images := pictures(v)
		all = slices.DeleteFunc(all, func(at []int) bool {
			n, ok := number(caught(text, at))
			return !ok || n >= 1 && n <= images
		})
	}
	if len(all) == 0 || len(all) < r.Least {
		return false
	}
	at := all[0]
	x.from, x.to, x.groups, x.n = at[0], at[1], caught(text, at), len(all)
	// A clause is taken out without the mark before it.
	if r.Fix.Remove && len(at) >= 4 && at[2] >= 0 && !r.Images {
		x.from, x.to = at[2], at[3]
	}
	if len(r.Fix.Fields) > 0 && at[2] >= 0 {
		x.from = at[2]
		// The word after an unknown command is not its value for certain.
		if _, known := r.Fix.Fields[strings.ToLower(x.groups[0])]; !known {
			x.to = at[3]
		}
	}
	return true
}

// possible reports whether the text holds one of the parts without which nothing
// can be found. That is known far sooner than an expression does not match.
func (r *rule) possible(text string) bool {
	text = strings.ToLower(text)
	return len(r.Any) == 0 || slices.ContainsFunc(r.Any, func(part string) bool { return strings.Contains(text, part) })
}

// caught returns the texts of the groups of a match.
func caught(text string, at []int) []string {
	var out []string
	for i := 2; i+1 < len(at); i += 2 {
		if at[i] < 0 {
			out = append(out, "")
			continue
		}
		out = append(out, text[at[i]:at[i+1]])
	}
	return out
}

// ordinals are the numbers that are written as words.
var ordinals = []string{"first", "second", "third", "fourth", "fifth", "sixth"}

// number returns the number that one of the groups holds.
func number(groups []string) (int, bool) {
	for _, g := range groups {
		if i := slices.Index(ordinals, strings.ToLower(g)); i >= 0 {
			return i + 1, true
		}
		if n, err := strconv.Atoi(g); err == nil {
			return n, true
		}
	}
	return 0, false
}

// pictures returns the number of images given.
func pictures(v catalogue.Values) int {
	n := 0
	for _, r := range []catalogue.Role{catalogue.RoleFirstFrame, catalogue.RoleLastFrame, catalogue.RoleReferenceImages, catalogue.RoleContextImage} {
		n += len(v.Media(r))
	}
	return n
}

// words fills the places in a text of the rule.
func (r *rule) words(text string, x *match, f *Finding, m *catalogue.Model, v catalogue.Values, value string) string {
	images := "there is none"
	switch n := pictures(v); {
	case n == 1:
		images = "there is one"
	case n > 1:
		images = fmt.Sprintf("there are %d", n)
	}
	return strings.NewReplacer(
		"{words}", f.Words, "{images}", images, "{value}", value,
		"{count}", strconv.Itoa(len(v.Media(catalogue.RoleReferenceImages))),
		"{actions}", strconv.Itoa(x.n+1), "{seconds}", strconv.Itoa(m.Seconds(v)),
		"{length}", strconv.Itoa(utf8.RuneCountInString(x.prompt)), "{limit}", strconv.Itoa(r.Longer),
	).Replace(text)
}
