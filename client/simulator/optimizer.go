package simulator

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"seedreel/client/catalogue"
)

// rewrite is the practice prompt optimizer: the same inputs give the same
// text, so that it can be compared and tested. It keeps the words and adds
// what guides for these models recommend.
func rewrite(v catalogue.Values) string {
	text := strings.Join(strings.Fields(v.Text(catalogue.RolePrompt)), " ")
	text = strings.TrimRight(text, ".!?;, ")
	pictured := v[catalogue.RoleContextImage].IsSet()
	if text == "" {
		text = "a calm scene"
		if pictured {
			text = "the scene of the given picture"
		}
	}
	first, n := utf8.DecodeRuneInString(text)
	out := []string{string(unicode.ToUpper(first)) + text[n:] + "."}
	if pictured {
		out = append(out, "Keep the subject, the colours and the framing of the given picture.")
	}
	if style := v.Text(catalogue.RoleStyle); style != "" && style != "default" {
		out = append(out, "The look is "+style+" throughout.")
	}
	if v.Text(catalogue.RoleMode) == "video" {
		return strings.Join(append(out,
			"The subject moves slowly and naturally, the background moves a little with the wind.",
			"The camera pushes in slowly; soft light from the side, clear depth, steady exposure."), " ")
	}
	return strings.Join(append(out, "Soft light from the side, clear depth, fine detail, balanced composition."), " ")
}
