package store

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"seedreel/client/catalogue"
)

// Search is a parsed search line. Values of one filter are alternatives;
// different filters and all words must all match.
type Search struct {
	// Words must begin words of the prompts.
	Words []string
	// Parts may occur anywhere in the prompts: words of scripts without
	// spaces, where a beginning cannot be found.
	Parts []string
	// Models and Services match anywhere in the name.
	Models, Services []string
	// States and Reasons are whole, in lower case. Failures are reasons given
	// to state: by the word that a list shows; they are alternatives to the
	// States.
	States, Failures, Reasons []string
	IDs                       []string
	// Labels are whole, in lower case.
	Labels []string
	// Ratings and Costs must all hold; costs are micro-dollars.
	Ratings, Costs []Bound
	// Is are marks that must all be there.
	Is []string
	// Notes match anywhere in a note, Ratios, Shots and Reels are whole.
	Notes, Ratios, Shots, Reels []string
	// After is the first day, Before the day after the last; nil when not
	// given.
	After, Before *Day
	// Digits are words of digits: a seed, or the beginning of a word.
	Digits []string
	// Saved are the names of saved searches that must match, too.
	Saved []string
	// Seed and Practice are nil when not given.
	Seed     *int64
	Practice *bool
	// Unread holds known filters with an invalid value, "state:flying", as
	// typed. Their parts are Words too: a prompt may hold them.
	Unread []string
	// Unknown holds what looks like a filter, "colour:red", as typed.
	Unknown []string
	// kinds holds the words for models.
	kinds []kind
}

// kind is a word that matches prompts or models.
type kind struct {
	word   string
	models []catalogue.Ref
}

// mostWords bounds the work that pasted text can cause.
const mostWords = 16

// ParseSearch parses a search line: "fox model:lite service:aimlapi
// state:failed reason:moderation seed:42 id:abc label:dawn practice:no". More
// filters are listed by FilterNames. A word of digits also finds a seed.
// Anything but a known filter with a valid value is a word. Quotes join a
// filter's or a word's parts; a state or reason of two words, state:timed out,
// needs none. It never fails.
func ParseSearch(text string) Search { return parseSearch(text, nil) }

func parseSearch(text string, kinds map[string][]catalogue.Ref) Search {
	var s Search
	all := tokens(text)
	for i := 0; i < len(all); i++ {
		t := all[i]
		if name, value, ok := strings.Cut(t, ":"); ok && value != "" {
			name = strings.ToLower(name)
			if s.take(name, value) {
				continue
			}
			if i+1 < len(all) && twoWords(name) && s.take(name, value+" "+all[i+1]) {
				i++
				continue
			}
			s.doubt(t, name, value)
		}
		if models := kinds[strings.ToLower(t)]; len(models) > 0 && len(s.kinds) < mostWords {
			s.kinds = append(s.kinds, kind{word: t, models: models})
			continue
		}
		if digits(t) && len(s.Digits) < mostWords {
			s.Digits = append(s.Digits, t)
			continue
		}
		s.takeWords(t)
	}
	return s
}

// doubt notes a word that looks like a filter and is taken for a word.
func (s *Search) doubt(t, name, value string) {
	if picky[name] && len(s.Unread) < mostWords {
		s.Unread = append(s.Unread, t)
	}
	if unknownFilter(name, value) && len(s.Unknown) < mostWords {
		s.Unknown = append(s.Unknown, t)
	}
}

// takeWords stores the words of a text. The word index drops punctuation too,
// so "a:b" is two words.
func (s *Search) takeWords(t string) {
	for _, w := range strings.FieldsFunc(t, func(r rune) bool { return !inWord(r) }) {
		switch {
		case len(s.Words)+len(s.Parts) >= mostWords:
		case strings.ContainsFunc(w, spaceless):
			s.Parts = append(s.Parts, w)
		default:
			s.Words = append(s.Words, w)
		}
	}
}

// digits reports whether a word is a number.
func digits(t string) bool {
	return t != "" && !strings.ContainsFunc(t, func(r rune) bool { return r < '0' || r > '9' })
}

// spaceless reports whether r is a letter of a script written without spaces.
func spaceless(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// picky lists the filters that accept only some values.
var picky = map[string]bool{
	"state": true, "status": true, "reason": true, "seed": true, "practice": true, "rating": true, "cost": true, "is": true, "after": true, "before": true,
}

// twoWords reports whether lists show values of the filter as two words.
func twoWords(name string) bool { return name == "state" || name == "status" || name == "reason" }

// take stores the value of a filter, false when there is no such filter or it
// does not accept the value.
func (s *Search) take(name, value string) bool {
	switch name {
	case "model":
		s.Models = append(s.Models, value)
	case "service", "provider":
		s.Services = append(s.Services, value)
	case "state", "status":
		return s.takeState(value)
	case "reason":
		return s.takeReason(value)
	case "id":
		s.IDs = append(s.IDs, strings.ToLower(value))
	case "label":
		s.Labels = append(s.Labels, strings.ToLower(value))
	case "saved":
		s.Saved = append(s.Saved, value)
	case "seed":
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return false
		}
		s.Seed = &n
	case "practice":
		on := slices.Contains([]string{"yes", "true", "1", "on"}, strings.ToLower(value))
		if !on && !slices.Contains([]string{"no", "false", "0", "off"}, strings.ToLower(value)) {
			return false
		}
		s.Practice = &on
	default:
		return s.takeMark(name, value)
	}
	return true
}

// tokens splits at spaces outside of double quotes, which are dropped. An
// unclosed quote ends with the line.
func tokens(text string) []string {
	var out []string
	var cur strings.Builder
	quoted, some := false, false
	for _, r := range text {
		switch {
		case r == '"':
			quoted = !quoted
			some = true
		case unicode.IsSpace(r) && !quoted:
			if some {
				out = append(out, cur.String())
			}
			cur.Reset()
			some = false
		default:
			cur.WriteRune(r)
			some = true
		}
	}
	if some {
		out = append(out, cur.String())
	}
	return out
}

// inWord reports whether unicode61 makes r part of a word: letters, numbers
// and private use, and the marks that follow a letter.
func inWord(r rune) bool {
	return unicode.In(r, unicode.L, unicode.N, unicode.Co, unicode.M)
}

// match returns the words as an FTS5 expression: each quoted, so that nothing
// in it is syntax, and each the beginning of a word. "" when there are none.
func (s *Search) match() string {
	quoted := make([]string, len(s.Words))
	for i, w := range s.Words {
		quoted[i] = phrase(w)
	}
	return strings.Join(quoted, " ")
}

// phrase quotes a word for FTS5, as the beginning of a word.
func phrase(w string) string { return `"` + strings.ReplaceAll(w, `"`, `""`) + `"*` }

// conditions converts a search to SQL; every text of the user becomes an
// argument. Days are those of a zone, seen from now. pairs are all services and
// models that there are jobs of.
func (s *Search) conditions(now time.Time, zone *time.Location, pairs []catalogue.Ref) *wherer {
	w := &wherer{}
	for _, p := range s.Parts {
		w.and("(instr(jobs.prompt, ?) > 0 OR instr(jobs.note, ?) > 0 OR instr(jobs.labels, ?) > 0)", p, p, p)
	}
	filterModels(w, s, pairs)
	lower := func(v string) []any { return []any{strings.ToLower(v)} }
	filterStates(w, s)
	w.or(index{name: "jobs_reason", part: "jobs.reason <> ''"}, "jobs.reason = ?", s.Reasons, lower)
	w.or(index{}, "jobs.id = ?", s.IDs, lower)
	w.or(index{name: "jobs_labeled", part: "jobs.labels <> ''"}, "instr(jobs.labels, ?) > 0", s.Labels, func(v string) []any { return []any{" " + v + " "} })
	for _, k := range s.kinds {
		or := make([]string, len(k.models))
		args := []any{phrase(k.word)}
		for i, m := range k.models {
			or[i] = "(?, ?)"
			args = append(args, m.Provider, m.ID)
		}
		w.and("(jobs.seq IN (SELECT rowid FROM jobs_fts WHERE jobs_fts MATCH ?) OR (jobs.provider, jobs.model) IN (VALUES "+
			strings.Join(or, ", ")+"))", args...)
	}
	if s.Practice != nil {
		w.using(index{name: "jobs_practice", ordered: true}, "jobs.practice = ?", *s.Practice)
	}
	if s.Seed != nil {
		w.using(index{name: "jobs_seed"}, "jobs.seed = ?", *s.Seed)
	}
	filterMarks(w, s, now, zone)
	return w
}

// filterModels adds the condition on models and services. A part of a name is
// looked for among the models that there are, and not in every job.
func filterModels(w *wherer, s *Search, pairs []catalogue.Ref) {
	if len(s.Models)+len(s.Services) == 0 {
		return
	}
	has := func(name string, parts []string) bool {
		return len(parts) == 0 || slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(strings.ToLower(name), strings.ToLower(p)) })
	}
	var or []string
	var args []any
	for _, m := range pairs {
		if has(m.ID, s.Models) && has(m.Provider, s.Services) {
			or, args = append(or, "(?, ?)"), append(args, m.Provider, m.ID)
		}
	}
	if len(or) == 0 {
		w.never = true
		return
	}
	w.using(index{name: "jobs_model", ordered: len(or) == 1}, "(jobs.provider, jobs.model) IN (VALUES "+strings.Join(or, ", ")+")", args...)
}

// filterStates adds the condition on states.
func filterStates(w *wherer, s *Search) {
	n := len(s.States) + len(s.Failures)
	if n == 0 {
		return
	}
	or := slices.Concat(slices.Repeat([]string{"jobs.state = ?"}, len(s.States)),
		slices.Repeat([]string{"jobs.state = 'failed' AND jobs.reason = ?"}, len(s.Failures)))
	var args []any
	for _, v := range slices.Concat(s.States, s.Failures) {
		args = append(args, v)
	}
	x := index{}
	switch {
	case len(s.Failures) == 0:
		x = index{name: "jobs_state", ordered: n == 1}
		or = []string{"jobs.state IN (?" + strings.Repeat(", ?", n-1) + ")"}
	case n == 1:
		x = index{name: "jobs_reason", part: "jobs.reason <> ''", ordered: true}
	}
	w.using(x, "("+strings.Join(or, " OR ")+")", args...)
}
