package settings

import (
	"path/filepath"
	"strings"
	"testing"

	"seedreel/client/service"
)

// The two services named in files of users.
const (
	WaveSpeed = "wavespeed"
	AIMLAPI   = "aimlapi"
)

// A file from before services had descriptors is still read the same way, and
// keeps its text when one setting changes.
func TestOldFilesStayValid(t *testing.T) {
	t.Parallel()
	file := filepath.Join("testdata", "before-descriptors.toml")
	s, err := Load(file, func(string) string { return "" })
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"model": "aimlapi:bytedance/seedance-1-0-lite-i2v", "confirm_above_usd": "2.50",
		"services.wavespeed.base_url": "http://localhost:8080", "services.wavespeed.in_flight": "20", "services.wavespeed.submits_per_minute": "10",
		"services.aimlapi.base_url": "https://api.aimlapi.com", "services.aimlapi.in_flight": "5", "services.aimlapi.submits_per_minute": "30",
	} {
		if got, err := Get(&s, name); err != nil || got != want {
			t.Errorf("%s is %q, %v; want %q", name, got, err, want)
		}
	}
	data, err := readFile(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	k, _ := FindKey("services.aimlapi.in_flight")
	now, err := change(file, data, &k, "7")
	if err != nil || strings.Replace(string(now), "in_flight = 7\n", "", 1) != string(data) {
		t.Errorf("one more setting makes it\n%s\n%v", now, err)
	}
}

// A copy of the settings keeps its values.
func TestCopiesDoNotChange(t *testing.T) {
	t.Parallel()
	a := Defaults()
	b := a
	k, _ := FindKey("services.wavespeed.in_flight")
	if err := k.set(&a, "9"); err != nil {
		t.Fatal(err)
	}
	if a.Service(WaveSpeed).InFlight != 9 || b.Service(WaveSpeed).InFlight != 2 || a.Service(AIMLAPI).InFlight != 5 {
		t.Errorf("%+v\n%+v", a.Services, b.Services)
	}
}

// A service may ask for a setting that no other has.
func TestExtraSettings(t *testing.T) {
	t.Parallel()
	d := service.Descriptor{
		ID: "third", Base: "https://near.example.com", Limits: service.Limits{InFlight: 1, SubmitsPerMinute: 1},
		Settings: []service.Setting{
			{Name: "region", Values: []string{"near", "far"}, Default: "near", Help: "Where the account is."},
			{Name: "project", Help: "What clips are booked on."},
		},
	}
	s, by := Settings{}, map[string]Key{}
	for _, k := range serviceKeys(&d) {
		by[k.Name] = k
		if err := k.set(&s, k.Default); err != nil {
			t.Errorf("the default of %s: %v", k.Name, err)
		}
	}
	region, project := by["services.third.region"], by["services.third.project"]
	if got := region.Value(&s); got != "near" || len(region.Choices) != 2 {
		t.Errorf("unset it is %q of %v", got, region.Choices)
	}
	old := s
	for k, v := range map[*Key]string{&region: "far", &project: "spring"} {
		if err := k.set(&s, v); err != nil || k.Value(&s) != v {
			t.Errorf("%s: %q, %v", k.Name, k.Value(&s), err)
		}
	}
	if region.Value(&old) != "near" {
		t.Error("a copy changed too")
	}
	if err := region.set(&s, "nowhere"); err == nil || err.Error() != "must be one of near, far" {
		t.Errorf("another word: %v", err)
	}
	if err := project.set(&s, "a\x1b[2J"); err == nil {
		t.Error("control characters are taken")
	}
}
