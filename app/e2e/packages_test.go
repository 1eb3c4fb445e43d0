//go:build e2e

package e2e

import (
	"archive/zip"
	"bytes"
	"context"
	"debug/pe"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestPackages builds the packages for Linux from the programs under test, and installs and starts what
// is in them; pubpointd for Windows is built and looked at.
func TestPackages(t *testing.T) {
	dist := t.TempDir()
	// It compiles, for minutes on a busy machine.
	ctx, cancel := context.WithTimeout(t.Context(), 15*time.Minute)
	defer cancel()
	build := exec.CommandContext(ctx, "../../packaging/package.sh", "deb", "rpm", "tar", "windowsd")
	build.Env = append(os.Environ(), "BIN="+filepath.Dir(program(t, "pubpointd")), "OUT="+dist, "LEVEL=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("no packages: %v\n%s", err, out)
	}
	t.Run("deb", func(t *testing.T) { installDeb(t, only(t, dist, "pubpointd_*.deb")) })
	t.Run("deb of the window", func(t *testing.T) { checkDesktop(t, only(t, dist, "pubpoint_*.deb")) })
	t.Run("rpm", func(t *testing.T) { startRPM(t, only(t, dist, "pubpointd-*.rpm"), only(t, dist, "pubpoint-*.rpm")) })
	t.Run("windows", func(t *testing.T) { readZip(t, only(t, dist, "pubpointd-*-windows-amd64.zip")) })
	t.Run("tar", func(t *testing.T) { openTar(t, only(t, dist, "pubpoint-*.tar.xz")) })
}

// only is the one file that matches.
func only(t *testing.T, dir, pattern string) string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(all) != 1 {
		t.Fatalf("%s: %q (%v)", pattern, all, err)
	}
	return all[0]
}

// succeed runs a tool to its end and returns what it prints.
func succeed(t *testing.T, name string, args ...string) string {
	t.Helper()
	p := launch(t, exec.Command(name, args...))
	if code := p.wait(t); code != 0 {
		t.Fatalf("%s %q exits with %d:\n%s", name, args, code, p.out)
	}
	return p.out.String()
}

// absent says that nothing is at a path.
func absent(path string) bool {
	_, err := os.Lstat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// setting is the value of a key in a unit file.
func setting(t *testing.T, unit []byte, key string) string {
	t.Helper()
	m := regexp.MustCompile(`(?m)^` + key + `=(.*)$`).FindSubmatch(unit)
	if m == nil {
		t.Fatalf("the unit has no %s:\n%s", key, unit)
	}
	return string(m[1])
}

// installDeb installs pubpointd as it is meant to be: with dpkg as root, where there is no such package and no
// service manager that would start it; elsewhere its files are unpacked into a folder. It is started by the
// command of its unit.
func installDeb(t *testing.T, deb string) {
	const unit = "usr/lib/systemd/system/pubpointd.service"
	root := t.TempDir()
	real := os.Geteuid() == 0 && absent("/run/systemd/system") && absent("/usr/bin/pubpointd") && absent("/var/lib/pubpoint") && absent("/etc/pubpoint")
	if real {
		root = "/"
		t.Cleanup(func() { purgeDeb(t) })
		succeed(t, "dpkg", "-i", deb)
	} else {
		succeed(t, "dpkg-deb", "-x", deb, root)
	}
	text, err := os.ReadFile(filepath.Join(root, unit))
	if err != nil {
		t.Fatal(err)
	}
	if real {
		if out := succeed(t, "systemd-analyze", "verify", "--man=no", "/"+unit); strings.Contains(out, "pubpointd") {
			t.Errorf("the unit is not in order:\n%s", out)
		}
	}
	succeed(t, "systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", filepath.Join(root, unit))

	s := startUnit(t, root, text, real)
	if code := s.api(t, http.MethodPost, "/api/v1/points", map[string]string{"name": "oceans"}, nil); code != http.StatusCreated {
		t.Fatalf("no publishing point: %d", code)
	}
	if code := ffmpeg(t, live(append([]string{"-t", "2"}, push(s.ingest("oceans", liveStream))...)...)...).wait(t); code != 0 {
		t.Fatalf("the encoder ends with %d", code)
	}
	eventually(t, "the event is on demand", func() (any, bool) { return "", !absent(s.path("oceans", "oceans.ismc")) })
	succeed(t, s.cmd.Path, "health", "-admin", strings.TrimPrefix(s.admin, "http://"))
	if code := s.terminate(t); code != 0 {
		t.Errorf("it ends with %d:\n%s", code, s.out)
	}
	succeed(t, s.cmd.Path, "verify", s.root)
	if real {
		succeed(t, "dpkg", "--purge", "pubpointd")
		for _, gone := range []string{"/usr/bin/pubpointd", "/etc/pubpoint", "/var/lib/pubpoint/state", "/" + unit,
			"/etc/systemd/system/pubpointd.service", "/etc/systemd/system/multi-user.target.wants/pubpointd.service"} {
			if !absent(gone) {
				t.Errorf("%s is left after purging", gone)
			}
		}
		if absent(s.path("oceans", "oceans.ismc")) {
			t.Error("purging has taken what was recorded")
		}
	}
}

// purgeDeb takes everything away that installing and running has left.
func purgeDeb(t *testing.T) {
	t.Helper()
	if !absent("/usr/bin/pubpointd") || !absent("/etc/pubpoint") {
		succeed(t, "dpkg", "--purge", "pubpointd")
	}
	if err := os.RemoveAll("/var/lib/pubpoint"); err != nil {
		t.Error(err)
	}
	if _, err := user.Lookup("pubpoint"); err == nil {
		succeed(t, "userdel", "pubpoint")
	}
}

// startUnit starts the command of a unit below root as the unit's user, and waits until it has told the
// service manager that it is ready.
func startUnit(t *testing.T, root string, unit []byte, real bool) *server {
	t.Helper()
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: "@pubpoint-packages-" + strconv.Itoa(os.Getpid()), Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := manager.Close(); err != nil {
			t.Error(err)
		}
	})
	command := strings.Fields(setting(t, unit, "ExecStart"))
	h := &house{root: filepath.Join(root, "var/lib/pubpoint/www"), config: filepath.Join(root, "etc/pubpoint/pubpoint.toml")}
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + filepath.Join(root, "var/lib/pubpoint"), "NOTIFY_SOCKET=" + manager.LocalAddr().String(),
		"PUBPOINT_LISTEN=127.0.0.1:0", "PUBPOINT_ADMIN=127.0.0.1:0"}
	if !real {
		for i, word := range command {
			if filepath.IsAbs(word) {
				command[i] = filepath.Join(root, word)
			}
		}
		env = append(env, "PUBPOINT_ROOT="+h.root, "PUBPOINT_STATE="+filepath.Join(root, "var/lib/pubpoint/state"))
	}
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Env, cmd.Dir = env, filepath.Join(root, setting(t, unit, "WorkingDirectory"))
	if real {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: credential(t, setting(t, unit, "User"))}
	}
	s := &server{process: launch(t, cmd), house: h}
	told := make([]byte, 4096)
	n, err := manager.Read(told)
	if err != nil || !strings.HasPrefix(string(told[:n]), "READY=1") {
		t.Fatalf("the service manager was told %q (%v):\n%s", told[:n], err, s.out)
	}
	at := s.out.await(t, `msg=listening media=(\S+) admin=(\S+)`)
	s.media, s.admin = "http://"+at[1], "http://"+at[2]
	token, err := os.ReadFile(filepath.Join(filepath.Dir(h.config), "token"))
	if err != nil {
		t.Fatal(err)
	}
	s.token = strings.TrimSpace(string(token))
	return s
}

// credential is what a process needs to run as somebody.
func credential(t *testing.T, name string) *syscall.Credential {
	t.Helper()
	who, err := user.Lookup(name)
	if err != nil {
		t.Fatalf("installing has made no user: %v", err)
	}
	uid, err := strconv.ParseUint(who.Uid, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	gid, err := strconv.ParseUint(who.Gid, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

// checkDesktop reads what the window's package brings for the desktop as a desktop does.
func checkDesktop(t *testing.T, deb string) {
	dir := t.TempDir()
	succeed(t, "dpkg-deb", "-x", deb, dir)
	const id = "io.github.pubpoint.controlroom"
	share := filepath.Join(dir, "usr", "share")
	succeed(t, "desktop-file-validate", filepath.Join(share, "applications", id+".desktop"))
	succeed(t, "appstreamcli", "validate", "--no-net", "--no-color", filepath.Join(share, "metainfo", id+".metainfo.xml"))
	if out := succeed(t, "man", "--warnings", "-l", filepath.Join(share, "man", "man1", "pubpoint.1.gz")); !strings.Contains(out, "pubpointd(1)") || strings.Contains(out, "warning:") {
		t.Errorf("the manual page reads\n%s", out)
	}
	for _, size := range []string{"16x16", "48x48", "512x512"} {
		icon := filepath.Join(share, "icons", "hicolor", size, "apps", id+".png")
		if out := succeed(t, "ffprobe", "-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0:s=x", icon); strings.TrimSpace(out) != size {
			t.Errorf("the icon of %s is %s", size, out)
		}
	}
	needs := strings.Split(strings.TrimSpace(succeed(t, "dpkg-deb", "-f", deb, "Depends")), ", ")
	for _, need := range needs {
		name, _, _ := strings.Cut(need, " ")
		if out := succeed(t, "dpkg-query", "-W", "-f", "${db:Status-Status}", name); !strings.Contains(out, "installed") {
			t.Errorf("it runs here, and yet %s, which it needs, is %s", name, out)
		}
	}
}

// startRPM starts pubpointd out of its package, and looks into that of the window.
func startRPM(t *testing.T, rpm, window string) {
	dir := t.TempDir()
	for _, file := range []string{rpm, window} {
		succeed(t, "rpm", "-K", "--nosignature", file)
	}
	if out := succeed(t, "rpm", "-qpc", rpm); strings.TrimSpace(out) != "/etc/pubpoint/pubpoint.toml" {
		t.Errorf("settings are %q", out)
	}
	if out := succeed(t, "rpm", "-qp", "--requires", window); !strings.Contains(out, "libglvnd-egl") || strings.Contains(out, "$") {
		t.Errorf("the window needs %s", out)
	}
	succeed(t, "sh", "-c", `cd "$1" && rpm2cpio "$2" | cpio -idm --quiet --no-absolute-filenames`, "sh", dir, rpm)
	s := newHouse(t).start(t, func(cmd *exec.Cmd) { cmd.Path = filepath.Join(dir, "usr", "bin", "pubpointd") })
	if code := s.terminate(t); code != 0 {
		t.Errorf("it ends with %d:\n%s", code, s.out)
	}
}

// readZip looks whether the program for Windows is one, and says who it is.
func readZip(t *testing.T, archive string) {
	files, err := zip.OpenReader(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := files.Close(); err != nil {
			t.Error(err)
		}
	}()
	f, err := files.Open("pubpointd.exe")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(f)
	if err := errors.Join(err, f.Close()); err != nil {
		t.Fatal(err)
	}
	exe, err := pe.NewFile(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if exe.Machine != pe.IMAGE_FILE_MACHINE_AMD64 || exe.Section(".rsrc") == nil {
		t.Errorf("it is for machine %#x, with sections %v", exe.Machine, exe.Sections)
	}
	var name []byte // as Windows writes it
	for _, c := range []byte("pubpointd.exe") {
		name = append(name, c, 0)
	}
	if !bytes.Contains(text, name) {
		t.Error("it does not say its name")
	}
}

// openTar opens the window out of the archive, and installs it for a user and takes it away again.
func openTar(t *testing.T, archive string) {
	dir, home := t.TempDir(), t.TempDir()
	succeed(t, "tar", "-C", dir, "-xJf", archive)
	folder := only(t, dir, "pubpoint-*")
	install := func(args ...string) {
		cmd := exec.Command(filepath.Join(folder, "install.sh"), args...)
		cmd.Env, cmd.Dir = append(os.Environ(), "HOME="+home), home
		if p := launch(t, cmd); p.wait(t) != 0 {
			t.Fatalf("install.sh %q:\n%s", args, p.out)
		}
	}
	install()
	want, err := os.ReadFile(filepath.Join(folder, "bin", "pubpoint"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(home, ".local", "bin", "pubpoint"))
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("what is installed is not what was unpacked (%v)", err)
	}
	install("--uninstall")
	err = filepath.WalkDir(home, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && !slices.Contains([]string{"mimeinfo.cache"}, entry.Name()) {
			t.Errorf("%s is left", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	t.Setenv(binDir, filepath.Join(folder, "bin"))
	r := newHouse(t).enter(t, newScreen(t))
	if code := r.terminate(t); code != 0 {
		t.Errorf("the window ends with %d:\n%s", code, r.out)
	}
}
