package reel

import (
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff/lcs"

	"seedreel/client/catalogue"
	"seedreel/state/job"
)

// Changed is what differs between a take and its parent.
type Changed struct {
	// Words are the changes of the prompt, in order.
	Words []WordChange
	// Model is set if the model differs.
	Model *ModelChange
	// Fields are the other values that differ, sorted by role.
	Fields []FieldChange
}

// WordChange is a run of words that became another; either may be "".
type WordChange struct{ Was, Is string }

// ModelChange is a model that became another.
type ModelChange struct{ Was, Is catalogue.Ref }

// FieldChange is a value that became another; either may be unset.
type FieldChange struct {
	Role    catalogue.Role
	Was, Is catalogue.Value
}

// Same reports whether nothing differs.
func (c *Changed) Same() bool { return len(c.Words) == 0 && c.Model == nil && len(c.Fields) == 0 }

// WhatChanged returns how a take differs from its parent.
func WhatChanged(parent, take *job.Job) Changed {
	c := Changed{Words: Words(parent.Prompt, take.Prompt)}
	was, is := catalogue.Ref{Provider: parent.Provider, ID: parent.Model}, catalogue.Ref{Provider: take.Provider, ID: take.Model}
	if was != is {
		c.Model = &ModelChange{Was: was, Is: is}
	}
	a, b := withSeed(parent), withSeed(take)
	var roles []catalogue.Role
	for r := range a {
		roles = append(roles, r)
	}
	for r := range b {
		roles = append(roles, r)
	}
	slices.Sort(roles)
	for _, r := range slices.Compact(roles) {
		if r == catalogue.RolePrompt || a[r].Equal(b[r]) || !a[r].IsSet() && !b[r].IsSet() {
			continue
		}
		c.Fields = append(c.Fields, FieldChange{Role: r, Was: a[r], Is: b[r]})
	}
	return c
}

func withSeed(j *job.Job) catalogue.Values {
	v := j.Values.Clone()
	if v == nil {
		v = catalogue.Values{}
	}
	delete(v, catalogue.RoleSeed)
	if j.HasSeed {
		v[catalogue.RoleSeed] = catalogue.Int(j.Seed)
	}
	return v
}

// OriginOf returns how a take was made from its parent, as far as that shows
// in what was ordered.
func OriginOf(parent, take *job.Job) job.Origin {
	c := WhatChanged(parent, take)
	seed := slices.ContainsFunc(c.Fields, func(f FieldChange) bool { return f.Role == catalogue.RoleSeed })
	switch {
	case parent.Provider != take.Provider:
		return job.OriginElsewhere
	case len(c.Words) > 0:
		return job.OriginWords
	case c.Model != nil || len(c.Fields) > 1 || len(c.Fields) == 1 && !seed:
		return job.OriginSettings
	}
	return job.OriginSeed
}

// Marks compares two texts word by word and reports for each word of either
// whether it is not in the other.
func Marks(was, is string) (gone, added []bool) {
	a, b := strings.Fields(was), strings.Fields(is)
	gone, added = make([]bool, len(a)), make([]bool, len(b))
	for _, d := range lcs.DiffLines(a, b) {
		for i := d.Start; i < d.End; i++ {
			gone[i] = true
		}
		for i := d.ReplStart; i < d.ReplEnd; i++ {
			added[i] = true
		}
	}
	return gone, added
}

// Words compares two texts word by word. Unlike spaces make no difference.
func Words(was, is string) []WordChange {
	a, b := strings.Fields(was), strings.Fields(is)
	var out []WordChange
	for _, d := range lcs.DiffLines(a, b) {
		c := WordChange{Was: strings.Join(a[d.Start:d.End], " "), Is: strings.Join(b[d.ReplStart:d.ReplEnd], " ")}
		out = append(out, c)
	}
	return out
}
