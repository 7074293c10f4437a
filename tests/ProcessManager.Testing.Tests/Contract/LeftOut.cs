using Xunit;

namespace ProcessManager.Testing.Tests.Contract;

/// <summary>
/// The tests of the contract that a fake isn't held to, by the reason. Left out as whole classes, for the first of them: TreeSpecs (real process
/// trees), EnvironmentSpecs (what a real child sees of its environment, user and limits), ResourcesSpecs, TerminalSpecs, RobustnessSpecs and RestartStormSpecs (what the
/// kernel makes of real children) and NoticeSpecs (samples of what real children use).
/// </summary>
internal static class LeftOut
{
    private static readonly Dictionary<string, string> Reasons = new (string Reason, string[] Tests)[]
    {
        ("it looks at the OS process behind an OS pid, or signals it; a fake's are none (FakeProcessManager.Signal has specs of its own)",
        [
            "A_created_process_runs_and_says_so", "A_stop_ends_it_by_SIGTERM", "After_a_foreign_kill_the_policy_decides", "Ten_callers_that_wait_get_the_same_answer_each",
            "A_restart_by_policy_waits_for_nothing_again", "An_optional_one_is_waited_for_only_while_it_is_up", "A_changed_policy_holds_for_the_next_end", "One_that_ignores_SIGTERM_is_removed_after_the_grace", "A_removal_stops_it_and_forgets_it_and_the_id_is_free_again",
            "Those_of_a_group_that_are_not_known_are_ended_and_forgotten", "A_restart_while_up_ends_it_and_opens_a_new_run", "A_number_that_is_no_signal_is_refused",
            "The_status_is_what_the_kernel_says_now",
        ]),
        ("its script works on files or other processes, which a description doesn't",
        [
            "One_that_fails_while_it_is_waited_for_fails_all_that_wait_each_naming_it", "A_chain_starts_one_after_the_other",
            "A_line_that_is_never_written_fails_who_waits_when_the_other_has_ended", "One_that_its_policy_starts_again_has_not_failed_for_good", "A_line_can_be_waited_for",
            "One_can_be_called_off_while_it_waits_and_while_it_runs", "Never_more_than_its_limit_run_and_every_result_is_found_by_its_key",
            "What_waits_says_for_what_and_that_it_is_a_job", "The_higher_priority_goes_first_and_among_equals_the_first", "A_job_is_tried_again_and_holds_nobody_up_meanwhile",
            "Of_creates_that_race_for_an_id_one_wins", "Starts_that_race_open_one_run", "A_start_while_up_changes_nothing", "A_start_while_terminating_is_kept_and_done_once_terminated",
            "A_late_asker_for_an_old_run_is_answered_from_the_record", "A_wait_for_ready_goes_through_the_attempts_that_fail", "The_error_lines_are_of_that_attempt_alone",
            "A_signal_goes_to_the_main_child_alone", "A_signal_to_the_tree_goes_to_all", "It_answers_when_the_main_child_ends_whoever_holds_its_output_open",
            "Both_streams_arrive_complete", "More_output_than_fits_is_cut_and_says_so", "A_follow_can_begin_with_the_tail_and_pick_lines", "Discarded_output_is_nowhere",
            "A_file_is_read_to_its_end", "A_file_that_is_missing_fails_the_start", "The_stop_command_comes_first_in_the_environment_of_the_process",
        ]),
        ("its script has loops or variables of a real shell",
        [
            "A_process_is_saved_as_one_with_its_secrets_as_variables", "A_process_is_started_by_name_with_arguments",
            "Secrets_that_are_written_in_it_are_not_shown_and_come_back_unchanged", "One_that_goes_on_writing_is_not_idle", "Merged_output_is_one_stream_in_the_order_it_was_written", "A_follow_gives_what_comes_and_ends_with_the_process",
            "All_run_at_once_and_each_result_is_found_by_its_key", "A_result_is_there_once_the_run_is_over_and_as_data", "A_result_is_of_the_last_run_and_of_its_last_attempt",
            "Its_last_failure_is_the_result_when_all_tries_failed", "A_try_that_ran_past_its_time_is_followed_by_another", "A_command_is_tried_again_until_it_succeeds",
            "Cancelling_takes_it_down_its_stop_ladder", "A_line_is_told_while_the_command_runs", "Its_input_is_text_bytes_or_a_stream",
            "A_command_is_run_with_its_arguments_directory_and_environment", "Many_can_follow_the_same_log", "A_secret_reaches_the_child_and_is_never_shown", "A_secret_that_is_sent_back_as_it_was_read_is_unchanged",
        ]),
        ("a fake has no log files, so nothing cuts or frees them",
        [
            "A_child_that_truncates_its_own_output_is_told_of_and_offsets_still_rise", "Output_over_the_budget_is_freed_at_the_head_and_offsets_stay_true",
        ]),
        ("whether a real file can be executed is for a machine to say (FailsToStart says it for a fake)",
        [
            "A_command_is_looked_up_in_the_path_of_the_child", "A_file_that_is_not_executable_is_not_permitted", "A_missing_command_is_tried_again_only_by_a_policy_that_always_restarts",
            "A_busy_text_file_is_tried_again_whatever_the_policy_and_not_counted", "A_missing_interpreter_is_named", "An_unknown_user_is_an_invalid_spec_and_creates_nothing",
            "A_directory_as_command_is_not_permitted",
        ]),
    }.SelectMany(group => group.Tests.Select(test => (test, group.Reason))).ToDictionary(pair => pair.test, pair => pair.Reason);

    public static ValueTask Skip()
    {
        if (TestContext.Current.TestMethod?.MethodName is { } name && Reasons.TryGetValue(name, out var reason))
        {
            Assert.Skip(reason);
        }

        return ValueTask.CompletedTask;
    }
}
