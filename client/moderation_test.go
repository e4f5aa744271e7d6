package client_test

import (
	"testing"

	"seedreel/client"
)

func TestModerated(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code, text string
		part       client.Part
		is         bool
	}{
		{"InputTextSensitiveContentDetected", "no", client.PartPrompt, true},
		{"InputImageSensitiveContentDetected.PrivacyInformation", "no", client.PartImage, true},
		{"InputVideoSensitiveContentDetected", "", client.PartVideo, true},
		{"InputAudioSensitiveContentDetected", "", client.PartSound, true},
		{"OutputVideoSensitiveContentDetected.PolicyViolation", "", client.PartClip, true},
		{"OutputAudioSensitiveContentDetected", "", client.PartClipSound, true},
		{"InputTextRiskDetection", "", client.PartPrompt, true},
		{"SensitiveContentDetected.SevereViolation", "", client.PartUnknown, true},
		{"ContentRestricted", "", client.PartUnknown, true},
		{"", "The request failed because the input image may contain real person.", client.PartImage, true},
		{"400", "The request failed because the input image may contain real person", client.PartImage, true},
		{"", "may contain real person", client.PartUnknown, true},
		{"", "The request failed because the output video may contain sensitive information. Request id: 1", client.PartClip, true},
		{"", "The request failed because the output audio may contain sensitive information", client.PartClipSound, true},
		{"", `upstream: {"code":"InputImageSensitiveContentDetected"}`, client.PartImage, true},
		{"", "Error: OutputVideoSensitiveContentDetected", client.PartClip, true},
		{"", "Content flagged as potentially sensitive. Please try different prompts or images", client.PartUnknown, true},
		{"content_policy_violation", "Your request was rejected as a result of our safety system.", client.PartUnknown, true},
		{"", "The input text may be related to copyright restrictions", client.PartPrompt, true},
		{"InvalidParameter", "the input image is too small", client.PartUnknown, false},
		{"", "input image url is not reachable", client.PartUnknown, false},
		{"", "sensitive to case", client.PartUnknown, false},
		{"", "a person is real", client.PartUnknown, false},
		{"", "", client.PartUnknown, false},
	} {
		if part, is := client.Moderated(c.code, c.text); part != c.part || is != c.is {
			t.Errorf("%q %q: %q %v, want %q %v", c.code, c.text, part, is, c.part, c.is)
		}
	}
}
