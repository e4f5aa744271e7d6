package client

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Part is what a content filter checked, PartUnknown when it does not report
// that.
type Part string

// The parts of a request and of its result.
const (
	PartUnknown   Part = ""
	PartPrompt    Part = "prompt"
	PartImage     Part = "image"
	PartVideo     Part = "video"
	PartSound     Part = "sound"
	PartClip      Part = "clip"
	PartClipSound Part = "sound of the clip"
)

// The words of content filters. The makers of models have codes for them
// (Volcengine Ark's error table), which services pass on as the code, within
// their text, or reworded.
var (
	filterCodes = []string{
		"sensitivecontent", "riskdetection", "contentrestricted", "contentpolicy", "content_policy", "content-policy", "contentfilter", "content_filter",
		"moderation", "policyviolation", "privacyinformation", "severeviolation", "nsfw",
	}
	filterTexts = []string{
		"sensitivecontent", "riskdetection", "contentrestricted", "policyviolation", "sensitive content", "sensitive information", "potentially sensitive",
		"content policy", "content policies", "content moderation", "content filter", "safety filter", "safety system", "policy violation", "usage policies",
		"contain real person", "contains real person", "contain a real person", "real people", "real human face", "copyright restriction", "nsfw",
		"inappropriate content", "prohibited content", "violates our",
	}
	filtered = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`\b(input|output)[ _-]?(text|prompt|image|video|audio)`)
	})
)

// Moderated reports whether a failure comes from a content filter, by the
// service's own code and text, and which part of the order it is about.
func Moderated(code, text string) (part Part, is bool) {
	code, text = strings.ToLower(code), strings.ToLower(text)
	contains := func(s string) func(string) bool { return func(w string) bool { return strings.Contains(s, w) } }
	if !slices.ContainsFunc(filterCodes, contains(code)) && !slices.ContainsFunc(filterTexts, contains(text)) {
		return PartUnknown, false
	}
	for _, s := range []string{code, text} {
		if m := filtered().FindStringSubmatch(s); m != nil {
			return partOf(m[1] == "output", m[2]), true
		}
	}
	return PartUnknown, true
}

func partOf(made bool, what string) Part {
	switch {
	case what == "audio" && made:
		return PartClipSound
	case made:
		return PartClip
	case what == "image":
		return PartImage
	case what == "video":
		return PartVideo
	case what == "audio":
		return PartSound
	}
	return PartPrompt
}
