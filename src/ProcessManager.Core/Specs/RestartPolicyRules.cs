using System.Globalization;

namespace ProcessManager;

internal static class RestartPolicyRules
{
    public static void Check(RestartPolicy policy, RuleList rules)
    {
        rules.Defined("restart.when", policy.When);
        rules.Defined("restart.unknownIs", policy.UnknownIs);
        rules.Refuse(policy.Max < 0, "restart.max", $"must be 0 or more, or unlimited, and is {policy.Max}");
        rules.Limit("restart.window", policy.Window);
        rules.Length("restart.delay", policy.Delay);
        rules.Length("restart.maxDelay", policy.MaxDelay);
        rules.Length("restart.resetAfter", policy.ResetAfter);
        rules.Refuse(
            policy.Delay > policy.MaxDelay,
            "restart.maxDelay",
            $"must not be shorter than restart.delay: {Durations.Format(policy.MaxDelay)} is shorter than {Durations.Format(policy.Delay)}");

        // Written so that NaN is refused too.
        rules.Refuse(
            !(policy.Factor is >= 1 and <= 1000), "restart.factor", string.Create(CultureInfo.InvariantCulture, $"must be from 1 to 1000, and is {policy.Factor}"));
        rules.Refuse(
            !(policy.Jitter is >= 0 and <= 1), "restart.jitter", string.Create(CultureInfo.InvariantCulture, $"must be from 0 to 1, and is {policy.Jitter}"));
        Codes(policy.SuccessExitCodes, "restart.successExitCodes", rules);
        Codes(policy.PreventExitCodes, "restart.preventExitCodes", rules);
    }

    private static void Codes(ValueList<int> codes, string path, RuleList rules)
    {
        for (var index = 0; index < codes.Count; index++)
        {
            rules.Refuse(codes[index] is < 0 or > 255, SpecPath.Item(path, index), $"must be an exit code from 0 to 255, and is {codes[index]}");
        }
    }
}
