package reel

import (
	"fmt"
	"strings"

	"seedreel/client/catalogue"
	"seedreel/state/job"
)

// Differences describes what became of a reel, one change a line.
func Differences(was, is *Reel) []string {
	var out []string
	if was.Name != is.Name {
		out = append(out, fmt.Sprintf("name: %s → %s", was.Name, is.Name))
	}
	if fmt.Sprint(was.Cast) != fmt.Sprint(is.Cast) {
		out = append(out, "names changed")
	}
	for i, s := range is.Shots {
		old, n := was.Shot(s.ID)
		at := fmt.Sprintf("shot %d", i+1)
		if old == nil {
			out = append(out, at+" added: "+s.title())
			continue
		}
		if n != i+1 {
			out = append(out, fmt.Sprintf("%s was %d", at, n))
		}
		for _, line := range shotDifferences(old, s) {
			out = append(out, at+": "+line)
		}
	}
	for i, s := range was.Shots {
		if now, _ := is.Shot(s.ID); now == nil {
			out = append(out, fmt.Sprintf("shot %d removed: %s", i+1, s.title()))
		}
	}
	return out
}

func (s *Shot) title() string {
	if s.Name != "" {
		return s.Name
	}
	return s.Prompt()
}

func shotDifferences(was, is *Shot) []string {
	var out []string
	text := func(what, a, b string) {
		if a != b {
			out = append(out, fmt.Sprintf("%s %s → %s", what, orNothing(a), orNothing(b)))
		}
	}
	text("name", was.Name, is.Name)
	text("note", was.Note, is.Note)
	text("model", refText(was.Model), refText(is.Model))
	text("draft", refText(was.Draft.Model)+" "+was.Draft.Resolution, refText(is.Draft.Model)+" "+is.Draft.Resolution)
	text("final", refText(was.Final.Model)+" "+was.Final.Resolution, refText(is.Final.Model)+" "+is.Final.Resolution)
	text("continues", was.Continues, is.Continues)
	text("count", fmt.Sprint(max(was.Count, 1)), fmt.Sprint(max(is.Count, 1)))
	text("pick", pickOf(was), pickOf(is))
	a := &job.Job{Prompt: was.Prompt(), Values: was.Values}
	b := &job.Job{Prompt: is.Prompt(), Values: is.Values}
	c := WhatChanged(a, b)
	for _, w := range c.Words {
		text("prompt", w.Was, w.Is)
	}
	for _, f := range c.Fields {
		text(string(f.Role), f.Was.String(), f.Is.String())
	}
	text("seed", was.Values[catalogue.RoleSeed].String(), is.Values[catalogue.RoleSeed].String())
	return out
}

func pickOf(s *Shot) string {
	if p := s.Pick(); p != nil {
		return p.ID
	}
	return ""
}

func orNothing(s string) string {
	if strings.TrimSpace(s) == "" {
		return "nothing"
	}
	return s
}
