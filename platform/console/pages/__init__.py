"""The owner's console, on the platform's host."""

from django.urls import path

from console.pages import announcements, audit, home, store, stores, support

urlpatterns = [
    path("", home.home, name="console_home"),
    path("stores/", stores.stores, name="console_stores"),
    path("stores/file/", stores.stores_file, name="console_stores_file"),
    path("stores/<int:pk>/", store.store, name="console_store"),
    path("stores/<int:pk>/notes/", store.note, name="console_note"),
    path("stores/<int:pk>/invitations/<int:invitation_id>/", store.invite, name="console_invite"),
    path("stores/<int:pk>/do/<slug:key>/", store.act, name="console_act"),
    path("stores/<int:pk>/sign-in-as/", support.sign_in_as, name="console_sign_in_as"),
    path("support/<int:pk>/end/", support.end, name="console_support_end"),
    path("announcements/", announcements.announcements, name="console_announcements"),
    path("announcements/new/", announcements.new, name="console_announcement_new"),
    path("announcements/<int:pk>/", announcements.edit, name="console_announcement"),
    path("announcements/<int:pk>/delete/", announcements.delete, name="console_announcement_delete"),
    path("log/", audit.audit, name="console_audit"),
    path("log/file/", audit.audit_file, name="console_audit_file"),
]
