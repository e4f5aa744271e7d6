package settings

// Check returns an error if a value may not be set; it completes a sentence
// that begins with the setting's name.
func (k *Key) Check(value string) error {
	probe := Defaults()
	return k.set(&probe, value)
}

// Set changes one setting in memory, by its dotted name. The error completes a
// sentence that begins with the name.
func Set(s *Settings, name, value string) error {
	k, ok := FindKey(name)
	if !ok {
		return noSetting("", name)
	}
	return k.set(s, value)
}
