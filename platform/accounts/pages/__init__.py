"""Log in and out, and one's own account, on the platform's host."""

from django.urls import path

from accounts.pages import account, emails, entrance, passwords, second_step

urlpatterns = [
    path("login/", entrance.login_page, name="login"),
    path("login/", entrance.login_page, name="account_login"),
    path("login/passkey/", entrance.passkey_login, name="passkey_login"),
    path("login/second-step/", entrance.second_step, name="mfa_authenticate"),
    path("logout/", entrance.logout_page, name="logout"),
    path("language/", entrance.choose_language, name="language"),
    path("password/", passwords.ask, name="password_reset"),
    path("password/sent/", passwords.sent, name="password_reset_sent"),
    path("password/<str:uidb64>/<str:token>/", passwords.FollowLink.as_view(), name="password_reset_key"),
    path("email/<str:token>/", emails.confirm, name="confirm_email"),
    path("account/", account.overview, name="account"),
    path("account/confirm/", account.confirm, name="account_confirm"),
    path("account/password/", account.password, name="account_password"),
    path("account/email/", emails.change, name="account_email"),
    path("account/email/send/", emails.send_again, name="account_email_send"),
    path("account/email/forget/", emails.forget, name="account_email_forget"),
    path("account/codes/", second_step.set_up_codes, name="account_codes"),
    path("account/codes/off/", second_step.turn_off_codes, name="account_codes_off"),
    path("account/passkeys/add/", second_step.add_passkey_page, name="account_passkey_add"),
    path("account/passkeys/<int:pk>/", second_step.passkey, name="account_passkey"),
    path("account/recovery-codes/", second_step.recovery_codes, name="account_recovery_codes"),
    path("account/logins/<int:pk>/end/", account.end_one, name="account_login_end"),
    path("account/logins/end-others/", account.end_others, name="account_logins_end"),
]
