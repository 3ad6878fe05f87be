package redisstore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/redis/go-redis/v9"
)

// refusal is a server that would break the promise; waiting does not help.
type refusal struct{ text string }

func (r refusal) Error() string { return r.text }

func refuse(format string, args ...any) error { return refusal{fmt.Sprintf(format, args...)} }

// demanded are the settings without which an acknowledged write can be lost:
// the first two put it on the disk before the answer, the third keeps that up
// during a rewrite of the log, the last keeps full memory from dropping keys.
var demanded = []struct{ name, value string }{
	{"appendonly", "yes"},
	{"appendfsync", "always"},
	{"no-appendfsync-on-rewrite", "no"},
	{"maxmemory-policy", "noeviction"},
}

// least is the oldest version that will do: scripts that are looked at before
// they start, CONFIG GET of several settings.
const least = 7

// check looks at every server. The error is a refusal, or says why a server
// cannot be asked now.
func (s *Store) check(ctx context.Context) error {
	var fullest atomic.Int64
	err := eachPrimary(ctx, s.read, func(ctx context.Context, c *redis.Client) error {
		fill, err := inspect(ctx, c, s.opts.Relaxed)
		if err != nil {
			return fmt.Errorf("redis %s: %w", c.Options().Addr, err)
		}
		for was := fullest.Load(); fill > was && !fullest.CompareAndSwap(was, fill); was = fullest.Load() {
		}
		return nil
	})
	if err == nil {
		s.fill(fullest.Load())
	}
	return err
}

// inspect looks at one server and gives how full its memory is, in percent.
func inspect(ctx context.Context, c *redis.Client, relaxed bool) (fill int64, err error) {
	text, err := c.Info(ctx).Result()
	if err != nil {
		if forbidden(err) {
			return 0, refuse("Parley may not read INFO (%v): allow it, in an ACL with +info", err)
		}
		return 0, err
	}
	info := parseInfo(text)
	if info["loading"] == "1" {
		return 0, errors.New("the server is loading its data")
	}
	major, _, _ := strings.Cut(info["redis_version"], ".")
	if n, err := strconv.Atoi(major); err != nil || n < least {
		return 0, refuse("the version is %q, Parley needs %d or newer", info["redis_version"], least)
	}
	if info["role"] == "slave" {
		return 0, refuse("this is a replica, which takes no writes: name its primary in store")
	}
	fill = fillOf(info)
	if relaxed {
		return fill, nil
	}
	if status := info["aof_last_write_status"]; info["aof_enabled"] == "1" && status != "" && status != "ok" {
		return 0, fmt.Errorf("the server cannot write its log (aof_last_write_status:%s): look at its disk", status)
	}
	return fill, settings(ctx, c)
}

func settings(ctx context.Context, c *redis.Client) error {
	names := make([]any, 0, 2+len(demanded))
	names = append(names, "config", "get")
	for _, d := range demanded {
		names = append(names, d.name)
	}
	cmd := redis.NewMapStringStringCmd(ctx, names...)
	if err := c.Process(ctx, cmd); err != nil {
		if forbidden(err) {
			return refuse("Parley may not read the server's settings (%v): allow CONFIG GET, in an ACL with +config|get, or set durability: relaxed, and it will say that nothing was proved", err)
		}
		return err
	}
	var wrong []string
	for _, d := range demanded {
		if is := cmd.Val()[d.name]; is != d.value {
			wrong = append(wrong, fmt.Sprintf("%s is %q, must be %q", d.name, is, d.value))
		}
	}
	if len(wrong) > 0 {
		return refuse("the server may lose what it acknowledges: %s; change redis.conf, or set durability: relaxed if losing the last moments is acceptable", strings.Join(wrong, "; "))
	}
	return nil
}

// fillOf gives how full a server's memory is, in percent of what it may take:
// maxmemory, or the machine's where there is no limit.
func fillOf(info map[string]string) int64 {
	used, _ := strconv.ParseInt(info["used_memory"], 10, 64)
	most, _ := strconv.ParseInt(info["maxmemory"], 10, 64)
	if most == 0 {
		most, _ = strconv.ParseInt(info["total_system_memory"], 10, 64)
	}
	if most <= 0 {
		return 0
	}
	return used * 100 / most
}

// forbidden says that a command exists no more for us: renamed, or not allowed.
func forbidden(err error) bool {
	return redis.HasErrorPrefix(err, "NOPERM") || redis.HasErrorPrefix(err, "unknown command") ||
		redis.HasErrorPrefix(err, "unknown subcommand")
}

// parseInfo reads the lines name:value of INFO.
func parseInfo(text string) map[string]string {
	out := make(map[string]string)
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		if name, value, ok := strings.Cut(lines.Text(), ":"); ok {
			out[name] = strings.TrimSpace(value)
		}
	}
	return out
}
