package catalogue_test

import (
	"seedreel/client/catalogue"
	"testing"
)

func TestModerated(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code, text string
		part       catalogue.Part
		is         bool
	}{
		{"InputTextSensitiveContentDetected", "no", catalogue.PartPrompt, true},
		{"InputImageSensitiveContentDetected.PrivacyInformation", "no", catalogue.PartImage, true},
		{"InputVideoSensitiveContentDetected", "", catalogue.PartVideo, true},
		{"InputAudioSensitiveContentDetected", "", catalogue.PartSound, true},
		{"OutputVideoSensitiveContentDetected.PolicyViolation", "", catalogue.PartClip, true},
		{"OutputAudioSensitiveContentDetected", "", catalogue.PartClipSound, true},
		{"InputTextRiskDetection", "", catalogue.PartPrompt, true},
		{"SensitiveContentDetected.SevereViolation", "", catalogue.PartUnknown, true},
		{"ContentRestricted", "", catalogue.PartUnknown, true},
		{"", "The request failed because the input image may contain real person.", catalogue.PartImage, true},
		{"400", "The request failed because the input image may contain real person", catalogue.PartImage, true},
		{"", "may contain real person", catalogue.PartUnknown, true},
		{"", "The request failed because the output video may contain sensitive information. Request id: 1", catalogue.PartClip, true},
		{"", "The request failed because the output audio may contain sensitive information", catalogue.PartClipSound, true},
		{"", `upstream: {"code":"InputImageSensitiveContentDetected"}`, catalogue.PartImage, true},
		{"", "Error: OutputVideoSensitiveContentDetected", catalogue.PartClip, true},
		{"", "Content flagged as potentially sensitive. Please try different prompts or images", catalogue.PartUnknown, true},
		{"content_policy_violation", "Your request was rejected as a result of our safety system.", catalogue.PartUnknown, true},
		{"", "The input text may be related to copyright restrictions", catalogue.PartPrompt, true},
		{"InvalidParameter", "the input image is too small", catalogue.PartUnknown, false},
		{"", "input image url is not reachable", catalogue.PartUnknown, false},
		{"", "sensitive to case", catalogue.PartUnknown, false},
		{"", "a person is real", catalogue.PartUnknown, false},
		{"", "", catalogue.PartUnknown, false},
	} {
		if part, is := catalogue.Moderated(c.code, c.text); part != c.part || is != c.is {
			t.Errorf("%q %q: %q %v, want %q %v", c.code, c.text, part, is, c.part, c.is)
		}
	}
}
