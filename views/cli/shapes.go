package cli

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"seedreel/client/catalogue"
	"seedreel/client/usd"
	"seedreel/state/job"
	"seedreel/state/store"
)

// shape describes one kind of JSON object. Its fields come from the Go type;
// notes add what a type does not show, by path, such as the words that a text
// may be. The version rises only if a field is taken away or changes its
// meaning, which has not happened yet.
type shape struct {
	name    string
	version int
	title   string
	// from lists the commands that write it.
	from  string
	of    any
	notes map[string]string
}

// id returns the value of "shape" in each object.
func (s *shape) id() string { return fmt.Sprintf("%s/%d", s.name, s.version) }

// shapes returns everything that --json writes.
func shapes() []shape {
	return []shape{
		{"job", 1, "a job", "submit, jobs, wait, show, history, and what changes a job", historyLine{}, map[string]string{
			"on_disk":   "with history: whether the clip is there",
			"state":     "queued uploading submitting submitted running completed saved failed uncertain",
			"reason":    "moderation invalid funds unauthorized provider timed_out canceled expired gone unusable not_submitted file",
			"values":    "by field",
			"origin":    "seed words settings continued final elsewhere",
			"waiting":   "slots rate offline disk key account paused line_paused",
			"paused":    "held back in line by a person",
			"path":      "the clip, once it is saved",
			"url":       "the service's link, until expires_at",
			"seconds":   "the length of the clip",
			"rating":    "1 to 5",
			"key":       "the name that makes an order idempotent",
			"remote_id": "the service's own id", "service_status": "the service's own word",
			"more_paths": "what came beside the clip, such as its last frame",
			"lookup":     "the search for a lost answer, for an uncertain job", "lookup.doubt": "clock lag unread tokens age",
		}},
		{"search", 1, "a saved search", "history --list-saved", store.SavedSearch{}, map[string]string{"search": "the line"}},
		{"estimate", 1, "the price of an order", "estimate, submit --dry-run", quoted{}, map[string]string{
			"values": "by field", "elsewhere": "not with --dry-run", "by_tomorrow": "in the service's cheap slow tier, not with --dry-run", "valid": "with --dry-run", "errors": "with --dry-run",
			"questions": "with --dry-run: what submit would ask", "count": "clips",
			"questions.kind": "not_practice retired unknown_price dearer not_covered above_threshold over_limit same_again",
			"questions.job":  "the earlier job that is the same", "errors.field": "the name of its flag",
			"advice": "on the prompt; it stops nothing", "advice.fix": "what the studio does about it with one key",
			"elsewhere.differs": "what the other model makes of it",
		}},
		{"price", 1, "a price", "part of other objects", price{}, map[string]string{
			"source": "list service", "low_usd": "with high_usd where the price is a range", "why": "why it is not known",
		}},
		{"line", 1, "the line of what waits to be sent", "line move, line pause, line resume", waitingLine{}, map[string]string{
			"place": "of the job, counted from 1", "waiting": "jobs",
		}},
		{"variant", 1, "a combination; number 0 is all of them", "submit --vary --dry-run", variantLine{}, map[string]string{"values": "by field"}},
		{"batch", 1, "a batch", "submit --from --dry-run", batchLine{}, map[string]string{"clips": "still to be made", "made": "made already"}},
		{"import", 1, "an import", "import", importLine{}, map[string]string{"added": "jobs", "known": "jobs that were here already"}},
		{"deleted", 1, "a deleted job", "delete", deletedLine{}, map[string]string{"clip": "its files too", "record": "that at the service too"}},
		{"clip", 1, "a clip on disk", "download", got{}, map[string]string{"fetched": "false if it was there"}},
		{"frame", 1, "a picture of a clip", "frame", frameLine{}, map[string]string{"at": "seconds into the clip", "clip": "the clip's SHA-256"}},
		{"upright", 1, "a copy of a picture", "upright", uprightLine{}, nil},
		{"film", 1, "a film", "join", filmLine{}, map[string]string{
			"made": "false with --dry-run", "silences": "clips without sound among others", "dropped": "doubled pictures", "why": "why clips were encoded anew",
		}},
		{"export", 1, "an export", "export", exportLine{}, map[string]string{"files": "names, the manifest last", "replaced": "files of an earlier export"}},
		{"reel", 1, "a reel", "reel list, reel show", reelLine{}, map[string]string{
			"list": "the shots, with reel show", "list.continues": "the number of another shot", "list.pick": "a job", "list.jobs": "the takes", "picked": "shots with a pick",
		}},
		{"reel-price", 1, "the price of a shot; shot 0 is all of them", "reel price, reel check", reelPriceLine{}, map[string]string{
			"clips": "still to be made", "made": "made already",
		}},
		{"reel-problem", 1, "a problem of a reel", "reel check", problemLine{}, map[string]string{"hint": "it can be made all the same"}},
		{"cost", 1, "a sum", "costs", cost{}, map[string]string{
			"day": "or service and model, as --by asks", "estimated_usd": "the part of it that is list price", "unpriced": "clips without a known price, in no sum",
			"kept": "clips that are picks of their shots", "per_kept_usd": "what one of them cost, with all that were made for it",
		}},
		{"model", 1, "a model", "models list, models show", modelLine{}, map[string]string{
			"status": "active retiring retired", "fields": "with models show", "fields.flag": "its flag of submit", "fields.name": "its name at the service", "price": "of its defaults",
		}},
		{"change", 1, "what a refresh changed", "models refresh", changeLine{}, map[string]string{"kind": "new gone status price field range options default refused"}},
		{"balance", 1, "a balance", "balance, key test", balanceLine{}, nil},
		{"prompt", 1, "a prompt", "enhance", enhanced{}, nil},
		{"words", 1, "words for prompts", "words list, show, add", wordsLine{}, map[string]string{
			"kind": "prompt fragment template", "slots": "of a template, in order", "examples": "for its slots", "shipped": "came with the program", "filled": "with --slot",
		}},
		{"brought", 1, "what was brought in", "bring", broughtLine{}, map[string]string{"unread": "of models not known here"}},
		{"setting", 1, "a setting", "settings list, get, set, unset", setting{}, map[string]string{"value": "as a person writes it", "source": "default file, or the variable that is over the file"}},
		{"paths", 1, "the program's files", "settings path", paths{}, nil},
		{"profile", 1, "a profile; the default one has no name", "profile, profile add", profileLine{}, nil},
		{"key", 1, "where a key comes from", "key, key set, key remove", keyLine{}, map[string]string{"source": "environment file"}},
		{"simulator", 1, "where the simulator is", "simulate", simulatorLine{}, nil},
		{"diagnosis", 1, "what doctor found", "doctor", diagnosis{}, map[string]string{"checks.status": "ok warning failed", "checks.advice": "what to do about it", "next": "what to do, in order"}},
		{"error", 1, "an error, on standard error", "every command", fault{}, map[string]string{
			"code": "the exit code", "kind": kinds(), "field": "the flag, field or setting that is wrong", "want": "what would be right",
			"errors": "all fields that are wrong, if there are several",
		}},
	}
}

// shapeOf returns the value of "shape" for an object, "" if it has none.
func (c *commands) shapeOf(v any) (string, *shape) {
	if c.shapes == nil {
		c.shapes = map[reflect.Type]*shape{}
		for _, s := range shapes() {
			c.shapes[reflect.TypeOf(s.of)] = &s
		}
		c.shapes[reflect.TypeFor[job.Record]()] = c.shapes[reflect.TypeFor[historyLine]()]
	}
	t := reflect.TypeOf(v)
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if s := c.shapes[t]; s != nil {
		return s.id(), s
	}
	return "", nil
}

// jsonIntro begins "help json".
const jsonIntro = `With --json every result is one JSON object on a line of its own, and every error is one on standard error. Its "shape"
names what it is, with a version: fields are added over time; if one were ever removed, renamed or given another
meaning, the version would rise. Fields with a ? are left out when they have no value. Money is a number of dollars,
times are UTC in RFC 3339, lengths are seconds.

--fields id,state writes only these fields. --jq EXPRESSION writes what the expression makes of each object, texts
without quotes; both imply --json. Words for people are on standard error; --quiet leaves them out.`

// jsonTopic is "help json".
func (c *commands) jsonTopic() *cobra.Command {
	return c.topic(&cobra.Command{
		Use: "json", Short: "What --json writes",
		Example: "seedreel history state:saved --jq '.path'\nseedreel jobs --fields id,state,model",
	}, func() string { return jsonIntro + "\n\n" + shapeText() })
}

// shapeText lists all shapes with their fields.
func shapeText() string {
	all := shapes()
	names := map[reflect.Type]string{}
	for _, s := range all {
		names[reflect.TypeOf(s.of)] = s.name
	}
	var b strings.Builder
	for i, s := range all {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, " %s: %s (%s)\n", s.id(), s.title, s.from)
		for _, f := range fieldsOfType(reflect.TypeOf(s.of), "", names) {
			b.WriteString(f.line(s.notes[f.path]))
		}
	}
	return b.String()
}

// jsonField is one field of a shape.
type jsonField struct {
	path, kind string
	optional   bool
}

// line returns the field with its note, folded below itself.
func (f *jsonField) line(note string) string {
	depth := strings.Count(f.path, ".")
	name := strings.Repeat("  ", depth+1) + f.path[strings.LastIndexByte(f.path, '.')+1:]
	if f.optional {
		name += "?"
	}
	const column = 40
	s := fmt.Sprintf(" %-20s  %s", name, f.kind)
	if note != "" {
		s = fmt.Sprintf("%-*s  %s", column-2, s, strings.ReplaceAll(fold(note, helpWidth-column), "\n", "\n"+strings.Repeat(" ", column)))
	}
	return strings.TrimRight(s, " ") + "\n"
}

// fieldsOfType returns the fields of a struct, those of nested ones after their
// parent. A nested struct that has a shape of its own is named only.
func fieldsOfType(t reflect.Type, path string, names map[reflect.Type]string) []jsonField {
	var out []jsonField
	for i := range t.NumField() {
		if t.Field(i).Anonymous {
			out = append(out, fieldsOfType(t.Field(i).Type, path, names)...)
			continue
		}
		tag, more, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if tag == "" || tag == "-" {
			continue
		}
		of, list := t.Field(i).Type, false
		for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice && !marshals(of) {
			list = list || of.Kind() == reflect.Slice
			of = of.Elem()
		}
		kind, nested := kindOf(of, names)
		if list {
			kind = "list of " + kind
		}
		f := jsonField{path: path + tag, kind: kind, optional: strings.Contains(more, "omit")}
		out = append(out, f)
		if nested {
			out = append(out, fieldsOfType(of, f.path+".", names)...)
		}
	}
	return out
}

// kindOf returns the name of a type in JSON, and whether its fields follow.
func kindOf(t reflect.Type, names map[reflect.Type]string) (kind string, nested bool) {
	switch t {
	case reflect.TypeFor[time.Time]():
		return "time", false
	case reflect.TypeFor[usd.Micro]():
		return "dollars", false
	case reflect.TypeFor[catalogue.Value]():
		return "value", false
	}
	if names[t] != "" {
		return names[t], false
	}
	switch t.Kind() {
	case reflect.String:
		return "text", false
	case reflect.Bool:
		return "true or false", false
	case reflect.Int, reflect.Int64:
		return "whole number", false
	case reflect.Float64:
		return "number", false
	case reflect.Struct:
		return "object", true
	default:
		return "object", false
	}
}

// marshals reports whether a type writes its own JSON.
func marshals(t reflect.Type) bool {
	m := reflect.TypeFor[json.Marshaler]()
	return t.Implements(m) || reflect.PointerTo(t).Implements(m)
}
