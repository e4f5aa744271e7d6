package settings

// Check tells whether a value may be set; its error completes a sentence that
// the setting's name begins.
func (k *Key) Check(value string) error {
	probe := Defaults()
	return k.set(&probe, value)
}

// Set changes one setting in memory, by its dotted name. The error completes a
// sentence that the name begins.
func Set(s *Settings, name, value string) error {
	k, ok := FindKey(name)
	if !ok {
		return noSetting("", name)
	}
	return k.set(s, value)
}
