package batch

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"seedreel/client/catalogue"
	"seedreel/state/job"
	"seedreel/state/media"
)

// The columns that are no fields of a model.
const (
	columnModel  = "model"
	columnImage  = "image"
	columnCount  = "count"
	columnKey    = "key"
	columnLabel  = "label"
	columnLabels = "labels"
	columnName   = "name"
)

// maxCount bounds the clips of one row.
const maxCount = 1000

// Item is a row that can be ordered.
type Item struct {
	Row    int
	Model  *catalogue.Model
	Values catalogue.Values
	Count  int
	Labels job.Labels
	// Key names the order: the same row, wherever in the text, has the same.
	Key string
	// Name is what the shot is called, "" for nothing.
	Name string
}

// Context is what rows are resolved with.
type Context struct {
	// Model returns the model of a name, or the one of rows without one for "".
	Model func(name string) (*catalogue.Model, error)
	// Dir is the folder that paths begin in, Home replaces a leading "~/".
	Dir, Home string
	// Name distinguishes batches whose rows have no keys.
	Name string
	// Labels are added to those of each row.
	Labels job.Labels
}

// Resolve finds the model and the values of each row. What the model makes of
// the values is not checked here.
func (c *Context) Resolve(rows []Row) (items []Item, faults []Fault) {
	models := map[string]*catalogue.Model{}
	keys, alike := map[string]int{}, map[string]int{}
	for i := range rows {
		r := resolver{c: c, row: &rows[i], models: models}
		item := r.item()
		if len(r.faults) > 0 {
			faults = append(faults, r.faults...)
			continue
		}
		if item.Key == "" {
			key, err := c.key(&item, alike)
			if err != nil {
				faults = append(faults, Fault{Row: item.Row, Text: err.Error()})
				continue
			}
			item.Key = key
		} else if first, twice := keys[item.Key]; twice {
			faults = append(faults, Fault{Row: item.Row, Column: columnKey, Text: fmt.Sprintf("it is that of row %d", first)})
			continue
		}
		keys[item.Key] = item.Row
		items = append(items, item)
	}
	return items, faults
}

// key returns the name of an order by its content. Of rows that are alike each
// has its own.
func (c *Context) key(x *Item, alike map[string]int) (string, error) {
	b, err := json.Marshal(struct {
		Name   string
		Model  catalogue.Ref
		Values catalogue.Values
	}{c.Name, x.Model.Ref(), x.Values})
	if err != nil {
		return "", fmt.Errorf("naming the order: %w", err)
	}
	sum := sha256.Sum256(b)
	key := "batch " + hex.EncodeToString(sum[:12])
	alike[key]++
	if n := alike[key]; n > 1 {
		key += "." + strconv.Itoa(n)
	}
	return key, nil
}

// resolver reads one row.
type resolver struct {
	c      *Context
	row    *Row
	models map[string]*catalogue.Model
	faults []Fault
}

func (r *resolver) fault(column, format string, a ...any) {
	r.faults = append(r.faults, Fault{Row: r.row.Number, Column: column, Text: fmt.Sprintf(format, a...)})
}

// one returns the only value of a column, "" if it has none.
func (r *resolver) one(column string) string {
	for _, x := range r.row.cells {
		if x.column != column {
			continue
		}
		if len(x.values) > 1 {
			r.fault(column, "it has %d values", len(x.values))
		}
		return strings.TrimSpace(x.values[0])
	}
	return ""
}

func (r *resolver) item() Item {
	x := Item{Row: r.row.Number, Count: 1, Key: r.one(columnKey), Name: r.one(columnName), Labels: slices.Clone(r.c.Labels)}
	name := r.one(columnModel)
	m := r.models[name]
	if m == nil {
		var err error
		if m, err = r.c.Model(name); err != nil {
			r.fault(columnModel, "%s", strings.TrimPrefix(err.Error(), "model: "))
			return x
		}
		r.models[name] = m
	}
	x.Model = m
	if s := r.one(columnCount); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > maxCount {
			r.fault(columnCount, "%q is no number from 1 to %d", s, maxCount)
		}
		x.Count = n
	}
	v := catalogue.Values{}
	var images []string
	for _, cell := range r.row.cells {
		switch cell.column {
		case columnModel, columnCount, columnKey, columnName:
		case columnLabel, columnLabels:
			labels, err := job.ParseLabels(strings.FieldsFunc(strings.Join(cell.values, " "), func(c rune) bool { return c == ' ' || c == ',' || c == ';' }))
			if err != nil {
				r.fault(cell.column, "%v", err)
			}
			x.Labels = append(x.Labels, labels...)
		default:
			f := field(m, cell.column)
			switch {
			case f != nil:
				r.value(v, f, &cell)
			case cell.column == columnImage || cell.column == columnImage+"s":
				images = lines(cell.values)
			default:
				r.fault(cell.column, "%s has no such field", m.ID)
			}
		}
	}
	r.spread(m, v, images)
	x.Values = m.Fill(v)
	for role, y := range v {
		x.Values[role] = y
	}
	slices.Sort(x.Labels)
	x.Labels = slices.Compact(x.Labels)
	return x
}

// field returns the field of a model by its own name or that of its role.
func field(m *catalogue.Model, name string) *catalogue.Field {
	for i := range m.Fields {
		f := &m.Fields[i]
		role := string(f.Role)
		if f.Role.Plain() {
			_, role, _ = strings.Cut(role, ":")
		}
		if f.Role != catalogue.RoleModel && f.Role != catalogue.RoleSyncMode && (column(role) == name || column(f.Name) == name && name != columnImage) {
			return f
		}
	}
	return nil
}

// value reads the value of a field.
func (r *resolver) value(v catalogue.Values, f *catalogue.Field, x *cell) {
	if f.Media != nil {
		r.media(v, f, x.column, lines(x.values))
		return
	}
	if len(x.values) > 1 {
		r.fault(x.column, "it has %d values", len(x.values))
		return
	}
	got, err := f.Parse(x.values[0])
	if err != nil {
		r.fault(x.column, "%v", err)
		return
	}
	v[f.Role] = got
}

// media reads paths and links.
func (r *resolver) media(v catalogue.Values, f *catalogue.Field, column string, given []string) {
	out := make([]string, 0, len(given))
	for _, s := range given {
		it, err := media.Parse(s, r.c.Home)
		low := strings.ToLower(s)
		if err == nil && it.Kind == media.Path && !filepath.IsAbs(s) && !strings.HasPrefix(s, "~") && !strings.HasPrefix(low, "file:") {
			it, err = media.Parse(filepath.Join(r.c.Dir, s), r.c.Home)
		}
		if err != nil {
			r.fault(column, "%s: %v", s, err)
			continue
		}
		out = append(out, it.Value)
	}
	v[f.Role] = catalogue.Media(out...)
}

// spread assigns images to the fields of a model in order: each single field
// takes one, a list the rest.
func (r *resolver) spread(m *catalogue.Model, v catalogue.Values, images []string) {
	for i := range m.Fields {
		f := &m.Fields[i]
		if len(images) == 0 {
			return
		}
		if f.Media == nil || f.Media.Kind != "image" || v[f.Role].IsSet() {
			continue
		}
		n := 1
		if f.List() {
			n = len(images)
		}
		r.media(v, f, columnImage, images[:n])
		images = images[n:]
	}
	if len(images) > 0 {
		r.fault(columnImage, "%d more than %s takes", len(images), m.ID)
	}
}

// lines returns the lines of values that are not empty.
func lines(values []string) (out []string) {
	for _, v := range values {
		for s := range strings.SplitSeq(v, "\n") {
			if s = strings.TrimSpace(s); s != "" {
				out = append(out, s)
			}
		}
	}
	return out
}
