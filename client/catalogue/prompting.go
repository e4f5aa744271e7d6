package catalogue

import (
	"regexp"
	"strings"
)

// Hint is advice on a prompt. It never stops a submit.
type Hint int

// The hints, ordered by what they may cost.
const (
	HintNone Hint = iota
	// HintCommand: the prompt holds " --word", which the upstream may read as a
	// command that overrides the form (aimlapi.md: text commands).
	HintCommand
	// HintCamera: the prompt asks for a camera move and the form fixes the
	// camera, which the upstream's own guide calls a contradiction.
	HintCamera
)

// cameraMoves matches the moves of the upstream's prompt guide, as people
// write them.
var cameraMoves = regexp.MustCompile(`(?i)\b(orbit(s|ing)?|camera (pushes|pulls|moves|follows|pans|tilts|zooms|circles|tracks|orbits)|push(es)? in|pull(s)? back|dolly|zoom(s|ing)? (in|out)|pan(s|ning)? (left|right|up|down)|handheld|aerial shot|tracking shot)\b`)

var textCommand = regexp.MustCompile(`(^|\s)--[a-zA-Z]+`)

// PromptHint returns the most important advice on the prompt among the values,
// and the words that caused it.
func PromptHint(v Values) (h Hint, words string) {
	p := v.Text(RolePrompt)
	if s := textCommand.FindString(p); s != "" {
		return HintCommand, strings.TrimSpace(s)
	}
	if fixed, _ := v.Bool(RoleCameraFixed); fixed {
		if s := cameraMoves.FindString(p); s != "" {
			return HintCamera, s
		}
	}
	return HintNone, ""
}
