package settings

import (
	"errors"
	"path/filepath"
)

// folder is what our part of the per-user folders is called.
const folder = "pubpoint"

// defaultConfig returns where the settings file is when nobody says otherwise.
func defaultConfig(goos string, env func(string) string) (string, error) {
	switch goos {
	case "windows":
		return below(env("AppData"), folder, "pubpoint.toml")
	case "darwin":
		return below(env("HOME"), "Library", "Application Support", folder, "pubpoint.toml")
	}
	// The XDG base directory specification says to ignore what is not absolute.
	if dir := env("XDG_CONFIG_HOME"); filepath.IsAbs(dir) {
		return below(dir, folder, "pubpoint.toml")
	}
	return below(env("HOME"), ".config", folder, "pubpoint.toml")
}

// defaultRoot returns where the publishing points are when nobody says otherwise.
func defaultRoot(goos string, env func(string) string) (string, error) {
	switch goos {
	case "windows":
		return below(env("LocalAppData"), folder, "www")
	case "darwin":
		return below(env("HOME"), "Library", "Application Support", folder, "www")
	}
	if dir := env("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return below(dir, folder, "www")
	}
	return below(env("HOME"), ".local", "share", folder, "www")
}

func below(home string, elements ...string) (string, error) {
	if home == "" {
		return "", errors.New("this user has no home folder")
	}
	return filepath.Join(append([]string{home}, elements...)...), nil
}
