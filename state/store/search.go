package store

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"seedreel/client/catalogue"
)

// Search is what a person typed, taken apart. Values of one filter are
// alternatives; different filters and all words must hold together.
type Search struct {
	// Words are looked for in the prompts, each as the beginning of a word.
	Words []string
	// Parts are looked for anywhere in the prompts: words of scripts that put
	// no spaces between them, where a beginning cannot be told.
	Parts []string
	// Models and Services match anywhere in the name.
	Models, Services []string
	// States and Reasons are whole, in lower case. Failures are reasons that
	// state: asked for by the word that a list shows; they are alternatives to
	// the States.
	States, Failures, Reasons []string
	IDs                       []string
	// Labels are whole, in lower case.
	Labels []string
	// Seed and Practice are nil when not asked for.
	Seed     *int64
	Practice *bool
	// Unread are known filters whose value makes no sense, "state:flying", as
	// they were typed. Their parts are Words too: a prompt may hold them.
	Unread []string
	// kinds are the words that stand for models.
	kinds []kind
}

// kind is a word that is looked for in the prompts or stands for models.
type kind struct {
	word   string
	models []catalogue.Ref
}

// mostWords bounds the work that pasted text can cause.
const mostWords = 16

// ParseSearch takes a search line apart: "fox model:lite service:aimlapi
// state:failed reason:moderation seed:42 id:abc label:dawn practice:no". What
// is not a known filter with a value that makes sense is a word. Quotes join a filter's
// or a word's parts; a state or reason of two words, state:timed out, needs
// none. It never fails.
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
			if picky[name] && len(s.Unread) < mostWords {
				s.Unread = append(s.Unread, t)
			}
		}
		if models := kinds[strings.ToLower(t)]; len(models) > 0 && len(s.kinds) < mostWords {
			s.kinds = append(s.kinds, kind{word: t, models: models})
			continue
		}
		// The index of words drops punctuation too, so "a:b" is two words.
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
	return s
}

// spaceless tells letters of scripts that are written without spaces.
func spaceless(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// picky are the filters that do not take every value.
var picky = map[string]bool{"state": true, "reason": true, "seed": true, "practice": true}

// twoWords tells of filters whose values lists show as two words.
func twoWords(name string) bool { return name == "state" || name == "reason" }

// take stores the value of a filter, false when there is no such filter or it
// does not take the value.
func (s *Search) take(name, value string) bool {
	switch name {
	case "model":
		s.Models = append(s.Models, value)
	case "service", "provider":
		s.Services = append(s.Services, value)
	case "state":
		return s.takeState(value)
	case "reason":
		return s.takeReason(value)
	case "id":
		s.IDs = append(s.IDs, strings.ToLower(value))
	case "label":
		s.Labels = append(s.Labels, strings.ToLower(value))
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
		return false
	}
	return true
}

// tokens splits at spaces outside of double quotes, which are dropped. A
// quote that is not closed ends with the line.
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

// inWord tells what unicode61 makes words of: letters, numbers and private
// use, and the marks that follow a letter.
func inWord(r rune) bool {
	return unicode.In(r, unicode.L, unicode.N, unicode.Co, unicode.M)
}

// match is the words as an FTS5 expression: each quoted, so that nothing in it
// is syntax, and each the beginning of a word. "" when there are none.
func (s *Search) match() string {
	quoted := make([]string, len(s.Words))
	for i, w := range s.Words {
		quoted[i] = phrase(w)
	}
	return strings.Join(quoted, " ")
}

// phrase quotes a word for FTS5, as the beginning of a word.
func phrase(w string) string { return `"` + strings.ReplaceAll(w, `"`, `""`) + `"*` }

const (
	fromJobs = ` FROM jobs`
	// CROSS JOIN keeps the planner from turning the two around: the words come
	// out newest first without sorting.
	fromWords = ` FROM jobs_fts CROSS JOIN jobs ON jobs.seq = jobs_fts.rowid`
)

// filter turns a search into SQL; every text of the person goes in as an
// argument.
func filter(f Search) (from string, where []string, args []any) {
	from = fromJobs
	where = []string{"jobs.deleted_ms IS NULL"}
	if m := f.match(); m != "" {
		from = fromWords
		where = append(where, "jobs_fts MATCH ?")
		args = append(args, m)
	}
	for _, p := range f.Parts {
		where = append(where, "instr(jobs.prompt, ?) > 0")
		args = append(args, p)
	}
	add := func(cond string, values []string, wrap func(string) any) {
		if len(values) == 0 {
			return
		}
		or := make([]string, len(values))
		for i, v := range values {
			or[i] = cond
			args = append(args, wrap(v))
		}
		where = append(where, "("+strings.Join(or, " OR ")+")")
	}
	// instr and not LIKE: "_" and "%" in a model's name are letters.
	lower := func(v string) any { return strings.ToLower(v) }
	add("instr(lower(jobs.model), ?) > 0", f.Models, lower)
	add("instr(lower(jobs.provider), ?) > 0", f.Services, lower)
	if n := len(f.States) + len(f.Failures); n > 0 {
		or := slices.Concat(slices.Repeat([]string{"jobs.state = ?"}, len(f.States)),
			slices.Repeat([]string{"jobs.state = 'failed' AND jobs.reason = ?"}, len(f.Failures)))
		where = append(where, "("+strings.Join(or, " OR ")+")")
		for _, v := range slices.Concat(f.States, f.Failures) {
			args = append(args, v)
		}
	}
	add("jobs.reason = ?", f.Reasons, lower)
	add("jobs.id = ?", f.IDs, lower)
	add("instr(jobs.labels, ?) > 0", f.Labels, func(v string) any { return " " + v + " " })
	for _, k := range f.kinds {
		or := make([]string, len(k.models))
		args = append(args, phrase(k.word))
		for i, m := range k.models {
			or[i] = "(?, ?)"
			args = append(args, m.Provider, m.ID)
		}
		where = append(where, "(jobs.seq IN (SELECT rowid FROM jobs_fts WHERE jobs_fts MATCH ?) OR (jobs.provider, jobs.model) IN (VALUES "+
			strings.Join(or, ", ")+"))")
	}
	if f.Practice != nil {
		where = append(where, "jobs.practice = ?")
		args = append(args, *f.Practice)
	}
	if f.Seed != nil {
		where = append(where, "jobs.seed = ?")
		args = append(args, *f.Seed)
	}
	return from, where, args
}
